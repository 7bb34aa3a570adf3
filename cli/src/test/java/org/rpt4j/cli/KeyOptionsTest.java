package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.run.config.key.Default;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.Sections;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** An option says what its key says, in every command that has it. */
class KeyOptionsTest {

    static Stream<Arguments> options() {
        return Rpt4j.commandLine().getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .distinct()
                .filter(command -> command.userObject() instanceof ConfiguredCommand)
                .flatMap(command -> ((ConfiguredCommand) command.userObject())
                        .keys().stream().map(key -> Arguments.of(command.name(), key, command)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("options")
    void nameDescriptionValuesAndDefaultAreThoseOfTheKey(String name, Key<?> key, CommandSpec command) {
        OptionSpec option = command.findOption("--" + key.name());

        assertThat(option).isNotNull();
        String last = key.name().split("\\.")[1];
        boolean alone =
                Sections.keys().stream().noneMatch(k -> k != key && k.name().endsWith("." + last));
        assertThat(option.names())
                .containsExactlyElementsOf(
                        alone ? List.of("--" + last, "--" + key.name()) : List.of("--" + key.name()));
        assertThat(option.description()).hasSize(1);
        assertThat(option.description()[0].replace("%%", "%"))
                .startsWith(key.text().description())
                .contains("Value: " + key.type().describe())
                .contains(key.text().unit(), key.relevance().condition())
                .endsWith("; " + expectedDefault(key) + ".");
    }

    private static <T> String expectedDefault(Key<T> key) {
        if (key.byDefault() instanceof Default.Required) {
            return "required";
        }
        if (key.byDefault() instanceof Default.Absent<T> absent) {
            return "without it, " + absent.meaning();
        }
        if (key.byDefault() instanceof Default.Derived<T> derived) {
            return "default from " + derived.describe();
        }
        String value = key.type().format(((Default.Fixed<T>) key.byDefault()).value());
        return "default " + (value.isEmpty() ? "none" : value.replace("\n", "\\n"));
    }

    @Test
    void everyKeyIsAnOptionOfRun() {
        CommandSpec run = Rpt4j.commandLine().getSubcommands().get("run").getCommandSpec();

        assertThat(Sections.keys())
                .allSatisfy(key -> assertThat(run.findOption("--" + key.name())).isNotNull());
    }

    @ParameterizedTest
    @CsvSource({
        "train --model m --corpus c, --model is now --model.directory., --corpus is now --corpus.files.",
        "train --select top, --select is now --selection.rule., ''",
        "train --temperature 1, '--temperature is now --sampling.temperature, --evaluation.temperature.', ''",
        "evaluate --temperature 1, --temperature is now --evaluation.temperature., ''",
        "train --band 0.1, 'now --selection.lowest-pass-rate, --selection.highest-pass-rate.', ''",
        "resume run --accept corpus, --accept is now --run.accept-changed., ''",
        "score --out o --select top, Unknown option, ''"
    })
    void aFormerNameIsAnsweredWithThePresentOne(String arguments, String first, String second) {
        Cli refused = Cli.run((Object[]) arguments.split(" "));

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains(first, second);
    }
}
