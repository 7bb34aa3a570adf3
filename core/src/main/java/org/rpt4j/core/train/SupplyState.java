package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.core.rollout.GradedGroup;

/**
 * What dynamic sampling carries from step to step.
 *
 * @param passRates the difficulty of every task as the policy showed it so far
 * @param carried surplus mixed groups for later steps, oldest first. The versions of their rollouts count from the
 *     weights of the state: 0 for these, -1 for those of one update before.
 * @param starvedSteps number of steps in a row, up to now, that found fewer mixed groups than wanted
 */
public record SupplyState(PassRates passRates, List<GradedGroup> carried, int starvedSteps) {

    /** Nothing carried. */
    public static final SupplyState NONE = of(PassRates.NONE);

    public SupplyState {
        carried = List.copyOf(carried);
        if (starvedSteps < 0) {
            throw new IllegalArgumentException("starvedSteps is " + starvedSteps + ", must not be negative");
        }
    }

    /** Pass rates alone. */
    public static SupplyState of(PassRates rates) {
        return new SupplyState(rates, List.of(), 0);
    }
}
