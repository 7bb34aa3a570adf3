package org.rpt4j.run.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.core.task.RecordedScorer;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BackendKeys;

/**
 * Keeps the scores of a corpus while it is being scored, in a file beside what is made of them, so that after any
 * interruption the same command continues there with the same bits.
 *
 * @since 0.1.0
 */
public final class ScoreKeeping {

    private static final String SUFFIX = ".record";

    private ScoreKeeping() {}

    /** The file that keeps the scores while a file or a directory is being made. */
    public static Path beside(Path output) {
        Path absolute = output.toAbsolutePath().normalize();
        return output.resolveSibling(absolute.getFileName() + SUFFIX);
    }

    /**
     * Puts a record between a proxy and its caller, and tells the observer if it continues an earlier one. The caller
     * finishes and closes the result.
     *
     * @param model what the proxy was opened from
     * @param record its scores are made with the same weights, backend, device and precision, or it is refused
     */
    public static RecordedScorer open(
            RunConfiguration configuration, ProxyScorer proxy, ModelSource model, Path record, RunObserver observer) {
        if (Files.exists(record)) {
            observer.scoringContinues(record);
        }
        return new RecordedScorer(proxy, identity(configuration, model), record);
    }

    /** What scores depend on, besides the text and the options of scoring. */
    static String identity(RunConfiguration configuration, ModelSource model) {
        return configuration.get(BackendKeys.NAME) + " on " + configuration.get(BackendKeys.DEVICE) + " in "
                + configuration.get(BackendKeys.PRECISION) + ", " + WeightFiles.describe(model.directory())
                + model.adapter()
                        .map(adapter -> ", with adapter " + WeightFiles.describe(adapter))
                        .orElse("");
    }
}
