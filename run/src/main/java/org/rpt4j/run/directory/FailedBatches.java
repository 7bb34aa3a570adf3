package org.rpt4j.run.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.rpt4j.api.error.Printable;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.model.format.AtomicFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps batches with which something went wrong, whole, in {@code failed-batches/step-<step>.json}, see {@link
 * FailedBatchJson}. Further ones of the same step have a number behind it. A step
 * that is done again after a resume writes its files again. Used by one thread, that of the run.
 */
final class FailedBatches {

    static final String FOLDER = "failed-batches";

    private static final Logger LOG = LoggerFactory.getLogger(FailedBatches.class);

    /** A token, its log-probabilities, and what is around them, in characters. */
    private static final long BYTES_PER_TOKEN = 60;

    private static final long MOST_BYTES = 256L << 20;

    private final Path folder;
    private final int most;
    private long step = -1;
    private int ofStep;

    FailedBatches(Path run, int most) {
        this.folder = run.resolve(FOLDER);
        this.most = most;
    }

    /** Keeps one, if there is room; a failure to write is logged and hurts nothing. */
    void keep(TrainingEvent.BatchFailed event) {
        ofStep = event.step() == step ? ofStep + 1 : 1;
        step = event.step();
        String number = ofStep == 1 ? "" : "-" + ofStep;
        Path file = folder.resolve(String.format(Locale.ROOT, "step-%09d%s.json", step, number));
        if (event.batch().tokens().tokenCount() > MOST_BYTES / BYTES_PER_TOKEN) {
            LOG.warn(
                    "The failed batch of step {} is not kept: {} would take more than {} MiB",
                    step,
                    event.batch().size(),
                    MOST_BYTES >> 20);
            return;
        }
        try {
            if (Files.isSymbolicLink(folder)) {
                throw new IOException(folder + " is a symbolic link, which is not followed for writing");
            }
            if (Files.exists(file) || kept() < most) {
                AtomicFiles.replace(file, out -> FailedBatchJson.write(event.batch(), out));
            }
        } catch (IOException | StorageException | OutOfMemoryError e) {
            LOG.warn("The failed batch of step {} is not kept: {}", step, Printable.line(e));
        }
    }

    private long kept() throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }
}
