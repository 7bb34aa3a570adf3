package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * A computation produced NaN or infinity where a finite number is required.
 *
 * @since 0.1.0
 */
public final class NumericalException extends RptException {

    public NumericalException(String message) {
        this(message, null);
    }

    public NumericalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
