package org.rpt4j.core.train;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.rollout.FailedBatch;

/** Ends a step early with all gradients cleared; the loop counts it and goes on. */
@SuppressWarnings("serial")
final class StepSkippedException extends Exception {

    private final SkipReason reason;
    private final @Nullable FailedBatch batch;

    StepSkippedException(SkipReason reason) {
        this(reason, null);
    }

    /** @param batch what was not finite; null if nothing was wrong */
    StepSkippedException(SkipReason reason, @Nullable FailedBatch batch) {
        super(reason.name(), null, false, false);
        this.reason = reason;
        this.batch = batch;
    }

    SkipReason reason() {
        return reason;
    }

    /** The batch in which something was not finite. */
    Optional<FailedBatch> batch() {
        return Optional.ofNullable(batch);
    }
}
