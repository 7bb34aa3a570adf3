package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the command line: {@code java -jar rpt4j.jar COMMAND}. */
@Command(
        name = "rpt4j",
        versionProvider = Version.class,
        description = "Reinforcement Pre-Training: teach a language model to think before it predicts the next token.",
        footer = {
            "",
            "Results go to standard output, progress and errors to standard error.",
            "Exit codes: 0 done, 1 failed (bad input, or something is missing), 2 wrong usage or settings;",
            "stopped by a signal: 130 (SIGINT, as by Ctrl-C), 143 (SIGTERM), 129 (SIGHUP).",
            "A file at --out is replaced only with --overwrite; models and runs are never replaced.",
            "A command that is stopped saves what it has and says how to go on. A second signal ends it at once.",
            "",
            "Example:",
            "  rpt4j run --model.directory MODEL --files corpus.jsonl --steps 200 \\",
            "      --run.directory runs/first"
        })
public final class Rpt4j implements Runnable {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the version and exit.")
    private boolean version;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Show where an error came from, not only what it is.")
    private boolean stacktrace;

    @Spec
    private CommandSpec spec;

    /** Runs a command and exits with its code. */
    public static void main(String[] arguments) {
        Optional<String> unreadable = ArgumentText.problem(arguments, System.getProperty("sun.jnu.encoding"));
        if (unreadable.isPresent()) {
            System.err.println("rpt4j: " + unreadable.get());
            System.exit(ExitCode.USAGE);
        }
        CommandLine commandLine = commandLine(Commands.usedBy(arguments));
        // Text is UTF-8 wherever it goes; the platform's encoding may lack characters that a model writes.
        commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        StopSignals signals = StopSignals.interruptThisThread(commandLine.getErr());
        System.exit(signals.exitCode(commandLine.execute(arguments)));
    }

    /** The whole command line, ready to execute. */
    static CommandLine commandLine() {
        return commandLine(Commands.names());
    }

    /** The command line with some of the commands, ready to execute. */
    static CommandLine commandLine(Collection<String> commands) {
        Rpt4j root = new Rpt4j();
        CommandLine commandLine = new CommandLine(root);
        commands.forEach(name -> commandLine.addSubcommand(Commands.create(name)));
        commandLine.getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .distinct()
                .forEach(Rpt4j::complete);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true).setUsageHelpAutoWidth(true);
        return commandLine
                .setExecutionStrategy(Rpt4j::execute)
                .setParameterExceptionHandler((error, arguments) -> ErrorReport.printUsage(error))
                .setExecutionExceptionHandler(
                        (error, failed, parsed) -> ErrorReport.print(error, failed, root.stacktrace));
    }

    /** Help has colours of its own; whatever a command prints may come from outside. */
    private static int execute(ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        CommandLine root = parsed.commandSpec().root().commandLine();
        root.setOut(PrintableWriter.around(root.getOut()));
        root.setErr(PrintableWriter.around(root.getErr()));
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Without a command there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command.");
    }

    /** Gives a command the options of the keys that it uses, in the order of the manual. */
    private static void complete(CommandSpec command) {
        command.usageMessage().sortOptions(false);
        if (command.userObject() instanceof ConfiguredCommand configured) {
            KeyOptions.addTo(command, configured.keys());
            command.usageMessage().abbreviateSynopsis(true);
        }
    }
}
