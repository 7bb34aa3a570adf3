package org.rpt4j.api;

import java.nio.file.Path;

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
     * Restores what {@link #saveState} wrote.
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
