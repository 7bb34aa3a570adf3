package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/** A prediction could not be extracted or judged because the code that does it failed; the message names the task. */
public final class RewardException extends RptException {

    public RewardException(String message) {
        this(message, null);
    }

    public RewardException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
