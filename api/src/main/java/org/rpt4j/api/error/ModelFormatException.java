package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * A checkpoint cannot be read: it is missing, truncated or inconsistent, or its architecture is not supported.
 *
 * @since 0.1.0
 */
public final class ModelFormatException extends RptException {

    public ModelFormatException(String message) {
        this(message, null);
    }

    public ModelFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
