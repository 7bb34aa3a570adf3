package org.rpt4j.core.run;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.core.train.FailedBatch;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.spi.support.AtomicFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps batches with which something went wrong, whole, in {@code failed-batches/step-<step>.json}: {@link FailedBatch}
 * as JSON, in which a number that is not finite is text.
 */
final class FailedBatches {

    static final String FOLDER = "failed-batches";

    private static final Logger LOG = LoggerFactory.getLogger(FailedBatches.class);
    private static final ObjectMapper JSON =
            JsonMapper.builder().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET).build();

    private final Path folder;
    private final int most;

    FailedBatches(Path run, int most) {
        this.folder = run.resolve(FOLDER);
        this.most = most;
    }

    /** Keeps one, if there is room; a failure to write is logged and hurts nothing. */
    void keep(TrainingEvent.BatchFailed event) {
        Path file = folder.resolve(String.format(Locale.ROOT, "step-%09d.json", event.step()));
        try {
            if (Files.exists(file) || kept() < most) {
                AtomicFiles.replace(file, out -> JSON.writeValue(out, event.batch()));
            }
        } catch (IOException | CheckpointException | OutOfMemoryError e) {
            LOG.warn("The failed batch of step {} is not kept: {}", event.step(), e.toString());
        }
    }

    /**
     * Reads one.
     *
     * @throws IOException if it is none
     */
    static FailedBatch read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), FailedBatch.class);
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
