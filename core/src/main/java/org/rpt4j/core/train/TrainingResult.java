package org.rpt4j.core.train;

import java.time.Duration;

/**
 * What a run did.
 *
 * @param outcome how it ended
 * @param nextStep the step to continue from: {@code startStep} of a run that resumes this one
 * @param updates optimizer steps applied
 * @param emptySteps steps skipped because no group was live
 * @param numericalSkips steps skipped because something was not finite
 * @param elapsed wall-clock time
 */
public record TrainingResult(
        RunOutcome outcome, long nextStep, long updates, long emptySteps, long numericalSkips, Duration elapsed) {}
