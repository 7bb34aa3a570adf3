package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The calling thread was interrupted, or the run was cancelled, before the operation finished.
 *
 * @since 0.1.0
 */
public final class OperationCancelledException extends RptException {

    public OperationCancelledException(String message) {
        this(message, null);
    }

    public OperationCancelledException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
