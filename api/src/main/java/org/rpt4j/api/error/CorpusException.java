package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * A corpus is missing, empty, malformed, or has nothing to train on; the message names the file and line.
 *
 * @since 0.1.0
 */
public final class CorpusException extends RptException {

    public CorpusException(String message) {
        this(message, null);
    }

    public CorpusException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
