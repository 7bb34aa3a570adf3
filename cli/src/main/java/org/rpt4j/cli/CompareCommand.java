package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.report.RunComparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares the results of two runs. */
@Command(
        name = "compare",
        description = "Compare the last evaluations of two runs on the same tokens, with paired intervals.",
        footer = {"", "Example:", "  rpt4j compare runs/first runs/second"})
final class CompareCommand implements Runnable {

    @Parameters(index = "0", paramLabel = "RUN", description = "The run to compare with: its --run.directory.")
    private Path first;

    @Parameters(index = "1", paramLabel = "RUN", description = "The run to compare: its --run.directory.")
    private Path second;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the comparison as an HTML file.")
    private @Nullable Path out;

    @Mixin
    private Overwrite overwrite;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        overwrite.require(out);
        RunComparison comparison = RunComparison.of(RecordedRun.open(first), RecordedRun.open(second));
        PrintWriter results = spec.commandLine().getOut();
        results.print(comparison.toText());
        results.flush();
        if (out != null) {
            byte[] page = comparison.toHtml().getBytes(StandardCharsets.UTF_8);
            AtomicFiles.replace(out, stream -> stream.write(page));
        }
    }
}
