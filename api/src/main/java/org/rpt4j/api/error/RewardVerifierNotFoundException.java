package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * No reward is usable under the requested name: none on the class path has it, two have it, it was built for another
 * version of rpt4j, or it cannot run here. The message lists those available.
 *
 * @since 0.1.0
 */
public final class RewardVerifierNotFoundException extends RptException {

    public RewardVerifierNotFoundException(String message) {
        this(message, null);
    }

    public RewardVerifierNotFoundException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
