package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * A file or directory other than a checkpoint could not be written, read or locked: a dataset, a run directory,
 * metrics, a report, an export. The message names the path, what was found there and what to do.
 *
 * @since 0.1.0
 */
public final class StorageException extends RptException {

    public StorageException(String message) {
        this(message, null);
    }

    public StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
