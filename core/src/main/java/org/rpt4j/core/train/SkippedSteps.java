package org.rpt4j.core.train;

import org.rpt4j.api.error.NumericalException;

/** Counts the steps of a run without an update, and ends the run after too many skips for non-finite numbers. */
final class SkippedSteps {

    private final int limit;
    private long empty;
    private long numerical;

    SkippedSteps(RunPlan plan) {
        this.limit = plan.maxSkippedSteps();
        this.empty = plan.start().emptySteps();
        this.numerical = plan.start().numericalSkips();
    }

    /** @throws NumericalException if more steps were skipped for non-finite numbers than the run allows */
    void count(long step, SkipReason reason) {
        if (!reason.isNumerical()) {
            empty++;
            return;
        }
        numerical++;
        if (numerical > limit) {
            throw new NumericalException(
                    "Step " + step + " was skipped for " + reason + ", skipped step number " + numerical
                            + " in this run; max-skipped-steps is " + limit
                            + ". Lower the learning rate, or inspect the rollouts of the skipped steps.");
        }
    }

    long empty() {
        return empty;
    }

    long numerical() {
        return numerical;
    }
}
