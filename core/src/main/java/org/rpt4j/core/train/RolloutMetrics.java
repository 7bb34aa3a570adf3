package org.rpt4j.core.train;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;

/**
 * The metrics of the rollouts of a step and their rewards. Means over nothing are NaN.
 *
 * @param rollouts number of rollouts
 * @param abstained rollouts on which the verifier abstained; reward means exclude them
 * @param rewardMean mean reward; NaN if all abstained
 * @param hitRate share of rewards with the reason {@link RewardReason#HIT}; NaN if all abstained
 * @param reasons rewards by reason
 * @param boxedShare share of rollouts with a prediction
 * @param completionTokensMean mean completion length in tokens
 * @param truncatedShare share of rollouts cut off at the length limit
 * @param negativeLogProbMean mean of -log p over sampled tokens, in nats: an estimate of the policy's entropy
 * @param tokensGenerated completion tokens sampled
 * @since 0.1.0
 */
public record RolloutMetrics(
        int rollouts,
        int abstained,
        double rewardMean,
        double hitRate,
        Map<RewardReason, Integer> reasons,
        double boxedShare,
        double completionTokensMean,
        double truncatedShare,
        double negativeLogProbMean,
        long tokensGenerated) {

    public RolloutMetrics {
        Map<RewardReason, Integer> copy = new TreeMap<>();
        copy.putAll(reasons);
        reasons = Collections.unmodifiableMap(copy);
    }

    /** The metrics of all rollouts of a step. */
    public static RolloutMetrics of(List<GradedGroup> groups) {
        Map<RewardReason, Integer> reasons = new TreeMap<>();
        int rollouts = 0;
        int scored = 0;
        int boxed = 0;
        int truncated = 0;
        double rewards = 0;
        double logProbs = 0;
        long tokens = 0;
        for (GradedGroup group : groups) {
            for (GradedRollout graded : group.rollouts()) {
                Rollout rollout = graded.rollout();
                rollouts++;
                tokens += rollout.length();
                boxed += graded.prediction() instanceof Prediction.Boxed ? 1 : 0;
                truncated += rollout.truncated() ? 1 : 0;
                for (double logProb : rollout.logProbs()) {
                    logProbs += logProb;
                }
                if (graded.verdict() instanceof Verdict.Scored score) {
                    scored++;
                    rewards += score.reward();
                    reasons.merge(score.reason(), 1, Integer::sum);
                }
            }
        }
        return new RolloutMetrics(
                rollouts,
                rollouts - scored,
                rewards / scored,
                reasons.getOrDefault(RewardReason.HIT, 0) / (double) scored,
                reasons,
                (double) boxed / rollouts,
                (double) tokens / rollouts,
                (double) truncated / rollouts,
                -logProbs / tokens,
                tokens);
    }

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
}
