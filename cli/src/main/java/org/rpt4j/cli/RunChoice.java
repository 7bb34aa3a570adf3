package org.rpt4j.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.RunKeys;
import picocli.CommandLine.Option;

/** The options that say what is kept of a run. */
final class RunChoice {

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            description = "Keep configuration, provenance, metrics, rollouts, evaluations and a report in this "
                    + "directory, which is empty or not there yet.")
    private @Nullable Path directory;

    @Option(
            names = "--eval-every",
            paramLabel = "N",
            defaultValue = "0",
            description = "Evaluate after every N steps, too, into the run directory; 0 for never "
                    + "(default: ${DEFAULT-VALUE}). Four such evaluations give the report its scaling law.")
    private long evalEvery;

    void configure(CommandSettings settings) {
        if (directory == null && evalEvery > 0) {
            throw new IllegalArgumentException("--eval-every has nowhere to write to. Name a --run-dir.");
        }
        settings.set("--run-dir", RunKeys.DIRECTORY, directory);
        settings.set("--eval-every", EvaluationKeys.EVERY_STEPS, evalEvery);
    }
}
