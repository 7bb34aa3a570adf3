package org.rpt4j.core.train;

import org.rpt4j.api.error.NumericalException;

/** Counts the steps of a run that made no update, and ends the run at too many for numbers that are not finite. */
final class SkippedSteps {

    private final int limit;
    private long empty;
    private long numerical;

    SkippedSteps(RunPlan plan) {
        this.limit = plan.maxSkippedSteps();
        this.empty = plan.start().emptySteps();
        this.numerical = plan.start().numericalSkips();
    }

    /** @throws NumericalException if more were skipped for their numbers than the run allows */
    void count(long step, SkipReason reason) {
        if (!reason.isNumerical()) {
            empty++;
            return;
        }
        numerical++;
        if (numerical > limit) {
            throw new NumericalException("Step " + step + " was skipped for " + reason + ", the " + numerical
                    + ". of this run; maxSkippedSteps is " + limit
                    + ". Lower the learning rate, or look at the rollouts of the skipped steps.");
        }
    }

    long empty() {
        return empty;
    }

    long numerical() {
        return numerical;
    }
}
