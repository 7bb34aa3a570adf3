package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * A backend's engine failed during an operation; the message names the operation and the batch.
 *
 * @since 0.1.0
 */
public sealed class BackendFailureException extends RptException permits BackendMemoryException {

    public BackendFailureException(String message) {
        this(message, null);
    }

    public BackendFailureException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
