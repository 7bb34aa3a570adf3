package org.rpt4j.core.train;

/**
 * How a run ended. A failed run has no outcome; it throws.
 *
 * @since 0.1.0
 */
public enum RunOutcome {
    /** All steps were done. */
    COMPLETED,
    /** Validation found no new best within its patience. */
    STOPPED_EARLY,
    /**
     * The run was cancelled or interrupted between two updates; the weights are those after the last applied update.
     */
    CANCELLED
}
