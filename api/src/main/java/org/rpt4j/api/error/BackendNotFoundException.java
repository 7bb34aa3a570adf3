package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * No provider on the class path has the requested name, or two have it; the message lists those available.
 *
 * @since 0.1.0
 */
public final class BackendNotFoundException extends RptException {

    public BackendNotFoundException(String message) {
        this(message, null);
    }

    public BackendNotFoundException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
