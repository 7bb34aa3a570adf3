package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/** A checkpoint cannot be read: missing, truncated, contradictory, or of an unsupported architecture. */
public final class ModelFormatException extends RptException {

    public ModelFormatException(String message) {
        this(message, null);
    }

    public ModelFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
