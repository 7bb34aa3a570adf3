package org.rpt4j.core.train;

import java.time.Duration;

/**
 * The result of a run.
 *
 * @param outcome how it ended
 * @param nextStep the step to continue from: the {@code startStep} of a run that resumes this one
 * @param updates optimizer steps applied
 * @param emptySteps steps skipped because no group had a gradient
 * @param numericalSkips steps skipped because a number was not finite
 * @param elapsed wall-clock time
 * @since 0.1.0
 */
public record TrainingResult(
        Outcome outcome, long nextStep, long updates, long emptySteps, long numericalSkips, Duration elapsed) {

    /**
     * How a run ended. A failed run has no outcome; it throws.
     *
     * @since 0.1.0
     */
    public enum Outcome {
        /** All steps were done. */
        COMPLETED,
        /** Validation found no new best within its patience. */
        STOPPED_EARLY,
        /**
         * The run was cancelled or interrupted between two updates; the weights are those after the last applied update.
         */
        CANCELLED
    }
}
