package org.rpt4j.core.train;

/**
 * What a trainer knows between two steps, beyond the weights and the state of the optimizer. A trainer that continues
 * from it goes on as the one that it was taken from would have. Everything else that a step depends on is a function of
 * its number: the tasks, the random keys and the learning rate. So {@link #nextStep} is the frontier of the data, and
 * there are no holes before it: a step that was skipped has had its turn.
 *
 * @param nextStep the step to continue with
 * @param updates optimizer steps applied so far
 * @param emptySteps steps skipped so far because no group was live
 * @param numericalSkips steps skipped so far because something was not finite; they count towards the limit of the run
 * @param passTokens most tokens of a pass, since the memory did not suffice for more; 0 if it always did
 * @param supply pass rates and groups that wait for a later step
 * @param validation what was best, and for how long nothing was better
 */
public record TrainerState(
        long nextStep,
        long updates,
        long emptySteps,
        long numericalSkips,
        int passTokens,
        SupplyState supply,
        ValidationState validation) {

    public TrainerState {
        if (nextStep < 0 || updates < 0 || emptySteps < 0 || numericalSkips < 0 || passTokens < 0) {
            throw new IllegalArgumentException("a count is negative: next step " + nextStep + ", " + updates
                    + " updates, " + emptySteps + " empty steps, " + numericalSkips + " numerical skips, " + passTokens
                    + " tokens of a pass");
        }
    }

    /** Nothing has been learned and nothing is known; the run begins with this step. */
    public static TrainerState at(long step) {
        return new TrainerState(step, 0, 0, 0, 0, SupplyState.NONE, ValidationState.NONE);
    }

    TrainerState withSupply(SupplyState newSupply) {
        return new TrainerState(nextStep, updates, emptySteps, numericalSkips, passTokens, newSupply, validation);
    }
}
