package org.rpt4j.api.error;

import org.jspecify.annotations.Nullable;

/**
 * No kind of tasks is usable under the requested name, it refuses an option, or it fails. The message says which kinds
 * and options there are.
 *
 * @since 0.1.0
 */
public final class TaskKindException extends RptException {

    public TaskKindException(String message) {
        this(message, null);
    }

    public TaskKindException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
