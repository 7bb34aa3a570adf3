package org.rpt4j.run.resume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.core.train.TrainerState;
import org.rpt4j.model.format.PlainFiles;

/**
 * A checkpoint whose files are those that were written.
 *
 * @param directory where it is
 * @param manifest what it is
 * @since 0.1.0
 */
public record SavedCheckpoint(Path directory, CheckpointManifest manifest) {

    static final String MANIFEST = "manifest.json";
    static final String MODEL = "model";
    static final String OPTIMIZER = "optimizer.safetensors";
    static final String PARTS = "parts";

    /**
     * Opens a checkpoint and compares every file with its hash.
     *
     * @throws CheckpointException if it is none, is damaged, or is of a version that this library does not read
     */
    public static SavedCheckpoint open(Path directory) {
        Checksums.verify(directory);
        return new SavedCheckpoint(directory, CheckpointManifest.read(directory.resolve(MANIFEST)));
    }

    /** The weights: a checkpoint in the Hugging Face layout, or an adapter in that of PEFT. */
    public Path model() {
        return directory.resolve(MODEL);
    }

    /** The state of the optimizer, for {@link org.rpt4j.api.Optimizer#restoreState}. */
    public Path optimizerState() {
        return directory.resolve(OPTIMIZER);
    }

    /**
     * The state of the trainer.
     *
     * @throws CheckpointException if it cannot be read
     */
    public TrainerState trainer() {
        return TrainerStateFile.read(directory);
    }

    /**
     * What the application added under a name; empty if it did not.
     *
     * @throws CheckpointException if it cannot be read
     */
    public Optional<byte[]> part(String name) {
        Path file = directory.resolve(PARTS).resolve(new CheckpointPart(name, () -> new byte[0]).name());
        try {
            return Files.exists(file) ? Optional.of(PlainFiles.read(file, PlainFiles.MOST_BYTES)) : Optional.empty();
        } catch (IOException e) {
            throw new CheckpointException("cannot read " + file + ": " + e, e);
        }
    }
}
