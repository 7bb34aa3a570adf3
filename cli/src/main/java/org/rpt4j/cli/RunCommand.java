package org.rpt4j.cli;

import java.io.PrintWriter;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.launch.ConfiguredRun;
import org.rpt4j.run.launch.CostEstimate;
import org.rpt4j.run.launch.RunResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A whole run from one file. */
@Command(
        name = "run",
        description = {
            "Do everything that a configuration says: find hard tokens, hold documents out, evaluate, train, save, "
                    + "evaluate again and report.",
            "Prints a table of before and after to standard output. Everything else goes into run.directory."
        })
final class RunCommand implements Runnable {

    @Mixin
    private ConfigurationChoice choice;

    @Option(
            names = "--dry-run",
            description =
                    "Only print the effective configuration, the most that the run can cost, and what it needs of "
                            + "memory, disk and time.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        RunConfiguration configuration = choice.configuration();
        if (dryRun) {
            ConfigurationListing.print(configuration, out);
            out.println();
            out.print(CostEstimate.of(configuration).describe());
            out.println("Memory, disk and time:");
            ConfiguredRun.needs(configuration).forEach(need -> out.println("  " + need));
            out.flush();
            return;
        }
        requireDirectory(configuration);
        configuration.notes().forEach(note -> err.println("note: " + note));
        launch(configuration, out, err);
    }

    /** Runs with progress and summary. */
    static void launch(RunConfiguration configuration, PrintWriter out, PrintWriter err) {
        RunResult result;
        try (RunDisplay display = new RunDisplay(err)) {
            result = new ConfiguredRun(configuration, display).run();
        }
        RunSummary.print(result, out, err);
    }

    private static void requireDirectory(RunConfiguration configuration) {
        if (configuration.find(RunKeys.DIRECTORY).isEmpty()) {
            throw new IllegalArgumentException("The run has nowhere to write to. Give " + RunKeys.DIRECTORY
                    + " in the file, or --set " + RunKeys.DIRECTORY + "=DIR.");
        }
    }
}
