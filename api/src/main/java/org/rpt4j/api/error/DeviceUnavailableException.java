package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/** The device that was asked for is not there. rpt4j never falls back to another device in silence. */
public final class DeviceUnavailableException extends RptException {

    public DeviceUnavailableException(String message) {
        this(message, null);
    }

    public DeviceUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
