package org.rpt4j.run.resume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.Printable;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.train.Checkpoints;
import org.rpt4j.core.train.TrainerState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves everything that a run continues from. {@link #save} belongs to the thread of the run. The policy and the
 * optimizer stay the caller's; close the saver before the next one writes to the same store.
 *
 * @since 0.1.0
 */
public final class CheckpointSaver implements Checkpoints.Action, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointSaver.class);

    private final CheckpointStore store;
    private final TrainablePolicy policy;
    private final Optimizer optimizer;
    private final CheckpointSettings settings;
    private final BackgroundWriter writer = new BackgroundWriter();

    public CheckpointSaver(
            CheckpointStore store, TrainablePolicy policy, Optimizer optimizer, CheckpointSettings settings) {
        this.store = store;
        this.policy = policy;
        this.optimizer = optimizer;
        this.settings = settings;
    }

    @Override
    public Future<?> save(TrainerState state) {
        Map<String, byte[]> parts = new TreeMap<>();
        ofCheckpoint(() -> settings.parts()
                .forEach(part -> parts.put(part.name(), part.content().get())));
        if (settings.background()) {
            return saveInBackground(state, parts);
        }
        write(state, parts, policy::save, optimizer::saveState);
        return CompletableFuture.completedFuture(null);
    }

    private Future<?> saveInBackground(TrainerState state, Map<String, byte[]> parts) {
        Snapshot weights = policy.snapshot();
        try {
            Snapshot moments = optimizer.snapshotState();
            return writer.submit(() -> {
                try (weights;
                        moments) {
                    write(state, parts, weights::write, moments::write);
                }
            });
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
    }

    /** Writes to a path. */
    private interface Writing {
        void to(Path path);
    }

    private void write(TrainerState state, Map<String, byte[]> parts, Writing weights, Writing moments) {
        ofCheckpoint(() -> settings.parts().forEach(part -> part.force().run()));
        store.write(state.nextStep(), folder -> {
            weights.to(folder.resolve(SavedCheckpoint.MODEL));
            moments.to(folder.resolve(SavedCheckpoint.OPTIMIZER));
            TrainerStateFile.write(folder, state);
            writeParts(Files.createDirectory(folder.resolve(SavedCheckpoint.PARTS)), parts);
            manifest(state).write(folder.resolve(SavedCheckpoint.MANIFEST));
        });
        try {
            store.removeOld(
                    state.nextStep(), settings.retention(), state.validation().bestStep(), settings.pinned());
        } catch (CheckpointException e) {
            LOG.warn("An old checkpoint could not be removed: {}", Printable.line(e.getMessage()));
        }
    }

    /** A part whose files fail, such as the recording, is a checkpoint that fails. */
    private static void ofCheckpoint(Runnable parts) {
        try {
            parts.run();
        } catch (StorageException e) {
            throw new CheckpointException(e.getMessage(), e);
        }
    }

    private CheckpointManifest manifest(TrainerState state) {
        return new CheckpointManifest(
                CheckpointManifest.FORMAT,
                CheckpointManifest.VERSION,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                state.nextStep(),
                settings.identity());
    }

    private static void writeParts(Path folder, Map<String, byte[]> parts) throws IOException {
        for (Map.Entry<String, byte[]> part : parts.entrySet()) {
            Files.write(folder.resolve(part.getKey()), part.getValue());
        }
    }

    /** Waits for what is being written, and ends the thread; idempotent. */
    @Override
    public void close() {
        writer.close();
    }
}
