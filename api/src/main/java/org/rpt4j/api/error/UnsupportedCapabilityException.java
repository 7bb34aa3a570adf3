package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/** A backend was asked for something it declares not to do, such as training on an inference-only engine. */
public final class UnsupportedCapabilityException extends RptException {

    public UnsupportedCapabilityException(String message) {
        this(message, null);
    }

    public UnsupportedCapabilityException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
