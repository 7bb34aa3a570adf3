package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.core.rollout.GradedGroup;

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
