package org.rpt4j.api.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The root of all rpt4j errors; sealed, so that a switch over its subtypes is exhaustive. Messages name files, keys and
 * values that may be hostile; they are {@link Printable}.
 *
 * @since 0.1.0
 */
public abstract sealed class RptException extends RuntimeException
        permits BackendNotFoundException,
                BackendUnavailableException,
                BackendFailureException,
                UnsupportedCapabilityException,
                DeviceUnavailableException,
                ModelFormatException,
                TokenizerException,
                ContextOverflowException,
                CorpusException,
                CheckpointException,
                StorageException,
                ConfigurationException,
                NumericalException,
                RewardException,
                RewardVerifierNotFoundException,
                TaskKindException,
                OperationCancelledException {

    RptException(String message, @Nullable Throwable cause) {
        super(Printable.of(message), cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
