package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The code that extracts or judges predictions failed; the message names the task.
 *
 * @since 0.1.0
 */
public final class RewardException extends RptException {

    public RewardException(String message) {
        this(message, null);
    }

    public RewardException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
