package org.rpt4j.core.train;

/** How a run ended. A run that failed has no outcome; it throws. */
public enum RunOutcome {
    /** All steps were done. */
    COMPLETED,
    /** Validation found no new best for as long as its patience. */
    STOPPED_EARLY,
    /** It was cancelled or interrupted between two updates; the weights are those after the last applied update. */
    CANCELLED
}
