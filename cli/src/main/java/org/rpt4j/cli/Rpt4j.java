package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.rpt4j.api.Device;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.Preset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The root of the command line: {@code java -jar rpt4j.jar COMMAND}. */
@Command(
        name = "rpt4j",
        description = "Reinforcement Pre-Training: teach a language model to think before it predicts the next token.",
        subcommands = {
            BackendsCommand.class,
            ScoreCommand.class,
            DatasetCommand.class,
            RunCommand.class,
            ResumeCommand.class,
            ConfigCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            ReportCommand.class,
            CompareCommand.class,
            GenerateCommand.class,
            ExportCommand.class,
            QuantizeCommand.class
        },
        footer = {
            "",
            "Results go to standard output, progress and errors to standard error.",
            "Exit codes: 0 done, 1 failed (bad input, or something is missing), 2 wrong usage."
        })
public final class Rpt4j implements Runnable {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Show where an error came from, not only what it is.")
    private boolean stacktrace;

    @Spec
    private CommandSpec spec;

    /** Runs a command and exits with its code. */
    public static void main(String[] arguments) {
        CommandLine commandLine = commandLine();
        // Text is UTF-8 wherever it goes; the platform's encoding may lack characters that a model writes.
        commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        System.exit(commandLine.execute(arguments));
    }

    /** The whole command line, ready to execute. */
    static CommandLine commandLine() {
        Rpt4j root = new Rpt4j();
        CommandLine commandLine = new CommandLine(root)
                .registerConverter(Device.class, parsedBy(Device::parse))
                .registerConverter(Objective.class, parsedBy(Objective::named))
                .registerConverter(Preset.class, parsedBy(Preset::named))
                .registerConverter(SelectionChoice.Band.class, parsedBy(SelectionChoice.Band::parse))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
        return commandLine
                .setParameterExceptionHandler((error, arguments) -> ErrorReport.printUsage(error))
                .setExecutionExceptionHandler(
                        (error, failed, parsed) -> ErrorReport.print(error, failed.getErr(), root.stacktrace));
    }

    /** Without a command there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command.");
    }

    private static <T> ITypeConverter<T> parsedBy(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }
}
