package org.rpt4j.core.train;

/**
 * The metrics of dynamic sampling in a step.
 *
 * @param wanted mixed groups that the step needs
 * @param found mixed groups that the step learns from
 * @param generated groups that were sampled in the step
 * @param rounds calls to the policy that sampled them
 * @param carriedIn groups among {@code found} that an earlier step sampled, with older weights or the same
 * @param carriedOut surplus mixed groups kept for later steps
 * @param dropped mixed groups that were discarded because they are too old or may not be kept
 * @param starvedSteps number of consecutive steps, including this one, that found fewer than wanted; 0 if this one
 *     found enough
 * @since 0.1.0
 */
public record RefillMetrics(
        int wanted,
        int found,
        int generated,
        int rounds,
        int carriedIn,
        int carriedOut,
        int dropped,
        int starvedSteps) {

    /** Whether the budget or the tasks ran out before enough groups were found. */
    public boolean starved() {
        return found < wanted;
    }
}
