package org.rpt4j.core.train;

/** Ends a step early with all gradients cleared; the loop counts it and goes on. */
@SuppressWarnings("serial")
final class StepSkippedException extends Exception {

    private final SkipReason reason;

    StepSkippedException(SkipReason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    SkipReason reason() {
        return reason;
    }
}
