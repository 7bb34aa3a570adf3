package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** A command line makes the commands that it needs, and they are the same as among all. */
class CommandsTest {

    static Iterable<String> names() {
        return Commands.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aCommandHasItsNameAndNeedsNoOther(String name) {
        CommandLine alone = Rpt4j.commandLine(Commands.usedBy(name, "--help"));

        assertThat(alone.getSubcommands().get(name).getCommandName()).isEqualTo(name);
        assertThat(alone.getSubcommands().get(name).getUsageMessage())
                .isEqualTo(Rpt4j.commandLine().getSubcommands().get(name).getUsageMessage());
        assertThat(Commands.usedBy(name))
                .hasSize(name.equals("help") ? Commands.names().size() : 1);
    }

    @Test
    void theVersionNeedsNoCommand() {
        assertThat(Commands.usedBy("--version")).isEmpty();
    }

    @Test
    void whatNamesNoCommandFirstIsReadAgainstAllOfThem() {
        assertThat(Commands.usedBy()).isEqualTo(Commands.names());
        assertThat(Commands.usedBy("train", "--help")).isEqualTo(Commands.names());
        assertThat(Commands.usedBy("--stacktrace", "score")).isEqualTo(Commands.names());
        assertThat(Commands.usedBy("scroe")).isEqualTo(Commands.names());
    }
}
