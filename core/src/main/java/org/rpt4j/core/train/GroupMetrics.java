package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.core.objective.Advantage;
import org.rpt4j.core.rollout.GradedGroup;

/**
 * What the groups of a step can teach. Groups whose rewards are all equal teach nothing, so a step in which few are
 * mixed is mostly lost.
 *
 * @param total groups sampled
 * @param allMissed groups with equal rewards of at most 0
 * @param allHit groups with equal rewards above 0
 * @param mixed groups with different rewards
 * @param shrunk groups dropped because abstentions left fewer than two rewards
 * @param meanAbsoluteAdvantage mean of |A| over the rollouts that take part in the loss; 0 without any
 */
public record GroupMetrics(int total, int allMissed, int allHit, int mixed, int shrunk, double meanAbsoluteAdvantage) {

    /** Counts the groups of a step; the mean advantage is known once the step is put together. */
    static GroupMetrics of(List<GradedGroup> groups, double meanAbsoluteAdvantage) {
        int allMissed = 0;
        int allHit = 0;
        int mixed = 0;
        int shrunk = 0;
        for (GradedGroup group : groups) {
            double[] rewards = group.rewards();
            if (rewards.length < 2) {
                shrunk++;
            } else if (Advantage.isMixed(rewards)) {
                mixed++;
            } else if (rewards[0] > 0) {
                allHit++;
            } else {
                allMissed++;
            }
        }
        return new GroupMetrics(groups.size(), allMissed, allHit, mixed, shrunk, meanAbsoluteAdvantage);
    }

    /** Share of mixed groups, 0 to 1. */
    public double liveShare() {
        return total == 0 ? 0 : (double) mixed / total;
    }
}
