package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * An operation ran out of machine memory, device memory or a memory budget; the message says which. The operation
 * changed nothing and the backend stays usable: a smaller batch may succeed.
 *
 * @since 0.1.0
 */
public final class BackendMemoryException extends BackendFailureException {

    public BackendMemoryException(String message) {
        this(message, null);
    }

    public BackendMemoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
