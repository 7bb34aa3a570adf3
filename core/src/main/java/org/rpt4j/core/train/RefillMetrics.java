package org.rpt4j.core.train;

/**
 * What dynamic sampling did in a step.
 *
 * @param wanted mixed groups that the step wants to learn from
 * @param found mixed groups that it learns from
 * @param generated groups that were generated for it
 * @param rounds calls to the policy that generated them
 * @param carriedIn groups among {@code found} that an earlier step generated, with older weights or the same
 * @param carriedOut surplus mixed groups kept for later steps
 * @param dropped mixed groups that were thrown away, because they grew too old or may not be kept
 * @param starvedSteps number of steps in a row, this one included, that found fewer than wanted; 0 if this one did not
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

    /** Whether the budget was spent, or the tasks ran out, before enough groups were found. */
    public boolean starved() {
        return found < wanted;
    }
}
