package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The memory of the machine, of the device or of a budget did not suffice for an operation; the message names it. What
 * the operation works on is as before, and the backend stays usable: a smaller batch may succeed.
 */
public final class BackendMemoryException extends BackendFailureException {

    public BackendMemoryException(String message) {
        this(message, null);
    }

    public BackendMemoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
