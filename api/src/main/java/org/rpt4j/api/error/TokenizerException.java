package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * A tokenizer cannot be read, or does not match the model that it is used with.
 *
 * @since 0.1.0
 */
public final class TokenizerException extends RptException {

    public TokenizerException(String message) {
        this(message, null);
    }

    public TokenizerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
