package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.core.objective.Advantage;
import org.rpt4j.core.objective.BatchTotals;
import org.rpt4j.core.objective.Objective;

/**
 * What one step learns from: the groups that have a gradient, and the totals of the whole step, fixed before any
 * micro-batch is cut.
 *
 * @param live groups with at least one rollout whose gradient is not zero by construction
 * @param totals sizes of the step, groups without a gradient included unless the objective leaves them out
 * @param metrics counts of all groups
 */
public record LearningBatch(List<LearningGroup> live, BatchTotals totals, GroupMetrics metrics) {

    public LearningBatch {
        live = List.copyOf(live);
    }

    /** Computes the advantages of every group and decides who takes part. */
    public static LearningBatch of(
            List<GradedGroup> groups, Objective objective, TruncationHandling truncation, int maxTokens) {
        Assembly assembly = new Assembly(objective, truncation);
        groups.forEach(assembly::add);
        return new LearningBatch(
                assembly.live,
                new BatchTotals(assembly.sequences, assembly.tokens, maxTokens),
                assembly.metrics(groups.size()));
    }

    private static final class Assembly {

        private final Objective objective;
        private final TruncationHandling truncation;
        private final List<LearningGroup> live = new ArrayList<>();
        private long sequences;
        private long tokens;
        private int allMissed;
        private int allHit;
        private int mixed;
        private int shrunk;
        private double absoluteAdvantages;
        private long rewardCount;

        Assembly(Objective objective, TruncationHandling truncation) {
            this.objective = objective;
            this.truncation = truncation;
        }

        void add(GradedGroup group) {
            double[] rewards = group.rewards();
            if (rewards.length < 2) {
                shrunk++;
                return;
            }
            double[] advantages = objective.advantage().of(rewards);
            absoluteAdvantages += Arrays.stream(advantages).map(Math::abs).sum();
            rewardCount += rewards.length;
            boolean isMixed = Advantage.isMixed(rewards);
            count(isMixed, rewards);
            if (isMixed || !objective.mixedGroupsOnly()) {
                takePart(group, advantages, isMixed);
            }
        }

        private void takePart(GradedGroup group, double[] advantages, boolean isMixed) {
            List<GradedRollout> scored = group.scored();
            List<LearningGroup.Member> members = new ArrayList<>();
            for (int i = 0; i < advantages.length; i++) {
                if (truncation == TruncationHandling.KEEP
                        || !scored.get(i).rollout().truncated()) {
                    members.add(new LearningGroup.Member(scored.get(i).rollout(), advantages[i]));
                }
            }
            sequences += members.size();
            tokens += members.stream().mapToInt(m -> m.rollout().length()).sum();
            boolean hasGradient = isMixed || objective.loss().klWeight() > 0;
            if (hasGradient && !members.isEmpty()) {
                live.add(new LearningGroup(group.prompt(), members));
            }
        }

        private void count(boolean isMixed, double[] rewards) {
            if (isMixed) {
                mixed++;
            } else if (rewards[0] > 0) {
                allHit++;
            } else {
                allMissed++;
            }
        }

        private GroupMetrics metrics(int total) {
            double mean = rewardCount == 0 ? 0 : absoluteAdvantages / rewardCount;
            return new GroupMetrics(total, allMissed, allHit, mixed, shrunk, mean);
        }
    }
}
