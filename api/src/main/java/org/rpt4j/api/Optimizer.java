package org.rpt4j.api;

import java.nio.file.Path;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/**
 * Turns accumulated gradients into a weight update. Owns no loss. Not thread-safe; calls are serialised with those of
 * its policy.
 *
 * @since 0.1.0
 */
public interface Optimizer extends AutoCloseable {

    /**
     * Clips the accumulated gradients by global norm, applies one update, clears the gradients and increments the
     * policy's version. Non-finite gradients are cleared without an update; a step without a backward pass before it
     * changes nothing.
     */
    OptimizerStep step();

    /** Drops the accumulated gradients. */
    void zeroGradients();

    /** Number of updates applied so far, including those before the restored state was saved. */
    long stepCount();

    /** Sets the peak learning rate, which the warm-up scales; takes effect at the next step. */
    void setLearningRate(double learningRate);

    /**
     * Writes moments and step count as one safetensors file, atomically.
     *
     * @throws org.rpt4j.api.error.CheckpointException if it cannot be written
     */
    void saveState(Path file);

    /**
     * Copies the current moments and step count, so that {@link Snapshot#write} can write them while training
     * continues. Takes as long as a copy in memory. Does not include accumulated gradients. The caller closes the
     * snapshot.
     *
     * @throws UnsupportedCapabilityException if the backend does not support snapshots
     * @throws org.rpt4j.api.error.CheckpointException if there is not enough memory for the copy
     */
    default Snapshot snapshotState() {
        throw new UnsupportedCapabilityException("this optimizer (" + getClass().getName()
                + ") does not support snapshots of its state. Write it between two steps with saveState(file).");
    }

    /**
     * Restores what {@link #saveState} or a {@link #snapshotState snapshot} wrote.
     *
     * @throws org.rpt4j.api.error.CheckpointException if the file is missing, damaged or belongs to another model; the
     *     state is then unchanged
     */
    void restoreState(Path file);

    /**
     * Frees moments and gradients; idempotent. The policy stays open. Any other call afterwards throws
     * {@link IllegalStateException}.
     */
    @Override
    void close();
}
