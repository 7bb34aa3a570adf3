package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * A prompt with its completion does not fit into the context window of the model.
 *
 * @since 0.1.0
 */
public final class ContextOverflowException extends RptException {

    public ContextOverflowException(String message) {
        this(message, null);
    }

    public ContextOverflowException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
