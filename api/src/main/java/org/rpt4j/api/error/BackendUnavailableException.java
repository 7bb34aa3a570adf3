package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * A backend is on the class path but cannot run here; the message names the platform and the cause is chained.
 *
 * @since 0.1.0
 */
public final class BackendUnavailableException extends RptException {

    public BackendUnavailableException(String message) {
        this(message, null);
    }

    public BackendUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
