package org.rpt4j.api;

import java.nio.file.Path;

/**
 * A copy of weights, or of an optimizer's state, at one moment. It belongs to whoever took it, not to the policy: it
 * can be written while the policy trains, and after the policy and its backend were closed. It holds its memory until
 * it is closed.
 *
 * <p>Thread-safe, and independent of the calls of the policy: a write never waits for a step, nor a step for a write.
 * As with every checkpoint, one writer per target at a time.
 */
public interface Snapshot extends AutoCloseable {

    /**
     * Writes what {@link TrainablePolicy#save} or {@link Optimizer#saveState} would have written at the moment of the
     * snapshot, in the same form and as atomically. May be called several times, also after a write that failed, and on
     * an interrupted thread, which stays interrupted.
     *
     * @param target a directory for weights, a file for an optimizer's state
     * @throws org.rpt4j.api.error.CheckpointException if it cannot be written; what was saved there before is unchanged
     * @throws IllegalStateException if the snapshot is closed
     */
    void write(Path target);

    /** Frees the copy; idempotent. A write that is running is completed. */
    @Override
    void close();
}
