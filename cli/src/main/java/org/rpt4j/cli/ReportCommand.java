package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.report.RunReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the report of a run. */
@Command(
        name = "report",
        description = "Write the report of a run as one HTML file, even while the run goes on or after it crashed.",
        footer = {"", "Example:", "  rpt4j report runs/first"})
final class ReportCommand implements Runnable {

    @Parameters(paramLabel = "RUN", description = "The --run.directory of the run.")
    private Path directory;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where to write (default: report.html in the run directory, which is replaced).")
    private @Nullable Path out;

    @Mixin
    private Overwrite overwrite;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        overwrite.require(out);
        Path file = out == null ? directory.resolve(RunReport.FILE) : out;
        RunReport.write(RecordedRun.open(directory), file);
        PrintWriter results = spec.commandLine().getOut();
        results.println(file);
        results.flush();
    }
}
