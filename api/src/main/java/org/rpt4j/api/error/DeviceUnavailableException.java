package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The requested device is not available. rpt4j never falls back to another device silently.
 *
 * @since 0.1.0
 */
public final class DeviceUnavailableException extends RptException {

    public DeviceUnavailableException(String message) {
        this(message, null);
    }

    public DeviceUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
