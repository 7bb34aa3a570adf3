package org.rpt4j.api;

import java.nio.file.Path;

/**
 * A copy of weights, or of an optimizer's state, at one moment. It belongs to the caller, not to the policy: it can be
 * written while the policy trains, and after the policy and its backend are closed. It holds its memory until it is
 * closed.
 *
 * <p>Thread-safe, and independent of calls to the policy: a write never waits for a step, nor a step for a write. As
 * for any checkpoint, only one writer may use a target at a time.
 *
 * @since 0.1.0
 */
public interface Snapshot extends AutoCloseable {

    /**
     * Writes what {@link TrainablePolicy#save} or {@link Optimizer#saveState} would have written at the time of the
     * snapshot, in the same format and just as atomically. May be called several times, after a failed write too, and
     * on an interrupted thread, which stays interrupted.
     *
     * @param target a directory for weights, a file for an optimizer's state
     * @throws org.rpt4j.api.error.CheckpointException if it cannot be written; an earlier checkpoint there is unchanged
     * @throws IllegalStateException if the snapshot is closed
     */
    void write(Path target);

    /** Frees the copy; idempotent. A write in progress is completed. */
    @Override
    void close();
}
