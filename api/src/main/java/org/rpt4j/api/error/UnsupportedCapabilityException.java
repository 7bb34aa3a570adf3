package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * A backend does not support the requested operation, such as training on an inference-only engine.
 *
 * @since 0.1.0
 */
public final class UnsupportedCapabilityException extends RptException {

    public UnsupportedCapabilityException(String message) {
        this(message, null);
    }

    public UnsupportedCapabilityException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
