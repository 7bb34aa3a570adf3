package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.core.objective.Advantage;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;

/**
 * The learning signal of the groups of a step. Groups with equal rewards have none, so a step with few mixed groups is
 * mostly wasted.
 *
 * @param total groups sampled
 * @param allMissed groups with equal rewards whose first rollout does not {@linkplain GradedRollout#pass count as right}
 * @param allHit groups with equal rewards whose first rollout does, at least in part
 * @param mixed groups with different rewards
 * @param shrunk groups dropped because abstentions left fewer than two rewards
 * @param meanAbsoluteAdvantage mean of |A| over the rollouts that take part in the loss; 0 if there are none
 * @since 0.1.0
 */
public record GroupMetrics(int total, int allMissed, int allHit, int mixed, int shrunk, double meanAbsoluteAdvantage) {

    /** Counts the groups of a step; the mean advantage is known once the step's batch is built. */
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
            } else if (group.scored().get(0).pass() > 0) {
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
