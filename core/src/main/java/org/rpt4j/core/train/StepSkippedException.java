package org.rpt4j.core.train;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.rollout.FailedBatch;

/** Ends a step early with all gradients cleared; the loop counts it and continues. */
@SuppressWarnings("serial")
final class StepSkippedException extends Exception {

    private final SkipReason reason;
    private final @Nullable FailedBatch batch;

    StepSkippedException(SkipReason reason) {
        this(reason, null);
    }

    /** @param batch batch with a non-finite number; null if there is none */
    StepSkippedException(SkipReason reason, @Nullable FailedBatch batch) {
        super(reason.name(), null, false, false);
        this.reason = reason;
        this.batch = batch;
    }

    SkipReason reason() {
        return reason;
    }

    /** The batch with a non-finite number. */
    Optional<FailedBatch> batch() {
        return Optional.ofNullable(batch);
    }
}
