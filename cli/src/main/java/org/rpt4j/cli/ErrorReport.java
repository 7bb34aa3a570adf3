package org.rpt4j.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RptException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a failed command says. */
public final class ErrorReport {

    private ErrorReport() {}

    /**
     * Prints the message of an error, and its stack trace if asked to.
     *
     * @return the exit code of a failed command
     */
    public static int print(Throwable error, PrintWriter writer, boolean stacktrace) {
        PrintWriter err = PrintableWriter.around(writer);
        err.println("rpt4j: " + describe(error));
        if (stacktrace) {
            error.printStackTrace(err);
        }
        err.flush();
        return ExitCode.SOFTWARE;
    }

    /** Prints the message of an error, and how to go on if the command was stopped. */
    static int print(Throwable error, CommandLine failed, boolean stacktrace) {
        int code = print(error, failed.getErr(), stacktrace);
        if (error instanceof OperationCancelledException
                || Thread.currentThread().isInterrupted()) {
            printNext(failed);
        }
        return code;
    }

    private static void printNext(CommandLine stopped) {
        List<String> arguments = root(stopped).getParseResult().originalArgs();
        Optional<String> next = stopped.getCommand() instanceof ConfiguredCommand configured
                ? configured.next(arguments)
                : Optional.of(NextCommand.again(arguments));
        PrintWriter err = stopped.getErr();
        next.ifPresent(line -> {
            err.println("Continue with:");
            err.println("  " + line);
            err.flush();
        });
    }

    private static CommandLine root(CommandLine command) {
        return command.getParent() == null ? command : root(command.getParent());
    }

    /**
     * Prints what is wrong with a command line and where to read on.
     *
     * @return the exit code of wrong usage
     */
    static int printUsage(ParameterException error) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = PrintableWriter.around(command.getErr());
        err.println("rpt4j: " + error.getMessage());
        List<String> former = former(error);
        if (former.isEmpty()) {
            UnmatchedArgumentException.printSuggestions(error, err);
        }
        former.forEach(err::println);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return ExitCode.USAGE;
    }

    /** The present names of former options among what was not understood. */
    private static List<String> former(ParameterException error) {
        return error instanceof UnmatchedArgumentException unmatched
                ? unmatched.getUnmatched().stream()
                        .flatMap(argument ->
                                FormerOptions.present(
                                        argument, error.getCommandLine().getCommandSpec())
                                        .stream())
                        .toList()
                : List.of();
    }

    private static String describe(Throwable error) {
        boolean expected = error instanceof RptException || error instanceof IllegalArgumentException;
        return expected && error.getMessage() != null
                ? error.getMessage()
                : "unexpected " + error + ". Run again with --stacktrace and report it.";
    }
}
