package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * A checkpoint could not be written or restored; earlier checkpoints are intact.
 *
 * @since 0.1.0
 */
public final class CheckpointException extends RptException {

    public CheckpointException(String message) {
        this(message, null);
    }

    public CheckpointException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
