package org.rpt4j.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what {@code --help} shows, for those who ask for it as a command. */
@Command(
        name = "help",
        description = "Show how to use a command.",
        footer = {"", "Example:", "  rpt4j help score"})
final class HelpCommand implements Runnable {

    @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "The command; without one, all are listed.")
    private @Nullable String name;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        CommandLine root = spec.root().commandLine();
        CommandLine asked = name == null ? root : root.getSubcommands().get(name);
        if (asked == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "There is no command \"" + name + "\". Available: "
                            + String.join(", ", root.getSubcommands().keySet()) + ".");
        }
        asked.usage(spec.commandLine().getOut());
        spec.commandLine().getOut().flush();
    }
}
