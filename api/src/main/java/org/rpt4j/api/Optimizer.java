package org.rpt4j.api;

import java.nio.file.Path;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/**
 * Turns accumulated gradients into a weight update. Owns no loss. Not thread-safe; calls are serialised with those of
 * its policy.
 */
public interface Optimizer extends AutoCloseable {

    /**
     * Clips the accumulated gradients to the global norm, applies one update, clears the gradients and raises the
     * policy's version by one. Gradients that are not finite change nothing but are cleared; a step without any
     * backward pass before it changes nothing at all.
     */
    OptimizerStep step();

    /** Drops the accumulated gradients. */
    void zeroGradients();

    /** Number of updates applied so far, including those before a restored state was saved. */
    long stepCount();

    /** The peak rate, which the warm-up scales; takes effect at the next step. */
    void setLearningRate(double learningRate);

    /**
     * Writes moments and step count as one safetensors file, atomically.
     *
     * @throws org.rpt4j.api.error.CheckpointException if it cannot be written
     */
    void saveState(Path file);

    /**
     * Copies moments and step count as they are now, to be written with {@link Snapshot#write} while training goes on.
     * Takes as long as a copy in memory. Accumulated gradients are no part of it. The caller closes the snapshot.
     *
     * @throws UnsupportedCapabilityException if the backend takes no snapshots
     * @throws org.rpt4j.api.error.CheckpointException if there is no memory for the copy
     */
    default Snapshot snapshotState() {
        throw new UnsupportedCapabilityException("this optimizer (" + getClass().getName()
                + ") takes no snapshots of its state. Write it between two steps with saveState(file).");
    }

    /**
     * Restores what {@link #saveState} or a {@link #snapshotState snapshot} wrote.
     *
     * @throws org.rpt4j.api.error.CheckpointException if the file is missing, damaged or of another model; the state is
     *     then unchanged
     */
    void restoreState(Path file);

    /**
     * Frees moments and gradients; idempotent. The policy stays open. Any other call afterwards throws
     * {@link IllegalStateException}.
     */
    @Override
    void close();
}
