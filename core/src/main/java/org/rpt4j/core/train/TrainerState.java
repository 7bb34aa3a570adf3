package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.core.rollout.GradedGroup;

/**
 * The state of a trainer between two steps, besides the weights and the optimizer state. A trainer that resumes from it
 * continues exactly as the original would have. Everything else that a step depends on is a function of its number: the
 * tasks, the random keys and the learning rate. So {@link #nextStep} is the position in the data, without gaps before
 * it: a skipped step is not repeated.
 *
 * @param nextStep the step to continue with
 * @param updates optimizer steps applied so far
 * @param emptySteps steps skipped so far because no group had a gradient
 * @param numericalSkips steps skipped so far because a number was not finite; they count towards the limit of the run
 * @param passTokens maximum number of tokens of a pass, if it was reduced for lack of memory; else 0
 * @param supply pass rates and groups kept for a later step
 * @param validation best metric so far, and the measurements since then
 * @since 0.1.0
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

    /** The initial state of a run that starts with this step. */
    public static TrainerState at(long step) {
        return new TrainerState(step, 0, 0, 0, 0, SupplyState.NONE, ValidationState.NONE);
    }

    TrainerState withSupply(SupplyState newSupply) {
        return new TrainerState(nextStep, updates, emptySteps, numericalSkips, passTokens, newSupply, validation);
    }

    /**
     * The state of the validation metric of a run.
     *
     * @param bestStep the step after which the metric was best; -1 if it was never a number
     * @param best best value; NaN if there is none
     * @param withoutImprovement measurements since then
     * @param owed whether the last measurement was interrupted, so that a resumed run must repeat it first
     * @since 0.1.0
     */
    public record ValidationState(long bestStep, double best, int withoutImprovement, boolean owed) {

        /** No measurement yet. */
        public static final ValidationState NONE = new ValidationState(-1, Double.NaN, 0);

        /** A state without an interrupted measurement. */
        public ValidationState(long bestStep, double best, int withoutImprovement) {
            this(bestStep, best, withoutImprovement, false);
        }

        ValidationState thatIsOwed() {
            return new ValidationState(bestStep, best, withoutImprovement, true);
        }
    }

    /**
     * The state that dynamic sampling carries from step to step.
     *
     * @param passRates pass rate of every task so far
     * @param carried surplus mixed groups for later steps, oldest first. The versions of their rollouts are relative to the
     *     weights of this state: 0 for the same weights, -1 for those one update earlier.
     * @param starvedSteps number of consecutive steps up to now that found fewer mixed groups than wanted
     * @since 0.1.0
     */
    public record SupplyState(PassRates passRates, List<GradedGroup> carried, int starvedSteps) {

        /** An empty state. */
        public static final SupplyState NONE = of(PassRates.NONE);

        public SupplyState {
            carried = List.copyOf(carried);
            if (starvedSteps < 0) {
                throw new IllegalArgumentException("starvedSteps is " + starvedSteps + ", must not be negative");
            }
        }

        /** A state with pass rates only. */
        public static SupplyState of(PassRates rates) {
            return new SupplyState(rates, List.of(), 0);
        }
    }
}
