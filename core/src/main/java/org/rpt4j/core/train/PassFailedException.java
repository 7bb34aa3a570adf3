package org.rpt4j.core.train;

import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.core.rollout.FailedBatch;

/** A forward pass, a backward pass or the optimizer step threw an exception. All gradients are cleared. */
@SuppressWarnings("serial")
final class PassFailedException extends Exception {

    private final String operation;
    private final boolean weightsIntact;
    private final FailedBatch batch;
    private final Throwable cause;

    /** @param weightsIntact whether the weights are unchanged */
    PassFailedException(String operation, boolean weightsIntact, FailedBatch batch, Throwable cause) {
        super(operation, cause, false, false);
        this.operation = operation;
        this.weightsIntact = weightsIntact;
        this.batch = batch;
        this.cause = cause;
    }

    String operation() {
        return operation;
    }

    FailedBatch batch() {
        return batch;
    }

    Throwable error() {
        return cause;
    }

    /** Whether a smaller batch may succeed. */
    boolean isShortOfMemory() {
        return weightsIntact && (cause instanceof OutOfMemoryError || cause instanceof BackendMemoryException);
    }
}
