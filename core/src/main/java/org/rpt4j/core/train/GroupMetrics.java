package org.rpt4j.core.train;

/**
 * What the groups of a step can teach. Groups whose rewards are all equal teach nothing, so a step in which few are
 * mixed is mostly lost.
 *
 * @param total groups sampled
 * @param allMissed groups with equal rewards of at most 0
 * @param allHit groups with equal rewards above 0
 * @param mixed groups with different rewards
 * @param shrunk groups dropped because abstentions left fewer than two rewards
 * @param meanAbsoluteAdvantage mean of |A| over all rewards of the other groups; 0 without any
 */
public record GroupMetrics(
        int total, int allMissed, int allHit, int mixed, int shrunk, double meanAbsoluteAdvantage) {

    /** Share of mixed groups, 0 to 1. */
    public double liveShare() {
        return total == 0 ? 0 : (double) mixed / total;
    }
}
