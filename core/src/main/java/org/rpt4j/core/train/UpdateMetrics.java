package org.rpt4j.core.train;

import java.util.Optional;

/**
 * The metrics of a step's update. With several updates per batch, all values except the gap are those of the last
 * update.
 *
 * @param loss loss before the update with all its terms; the surrogate of the rollouts alone is about 0 on-policy by
 *     construction, however much is learned
 * @param gradientNorm global L2 norm before clipping
 * @param learningRate learning rate used
 * @param logProbGap difference between sampler and trainer before the first update, in nats, as
 *     {@link RptSettings#LOG_PROB_GAP_LIMIT} measures it
 * @param clippedShare share of trained rollout tokens whose gradient a clip removed, 0 to 1
 * @param updates optimizer steps made from the rollouts of the step
 * @param tokensTrained completion tokens and tokens of corpus text that took part in each of them
 * @param microBatches number of forward and backward passes
 * @param largestMicroBatch tokens of the largest pass
 * @param sampler how the sampler differs from the policy; empty if the objective does not correct for it
 * @since 0.1.0
 */
public record UpdateMetrics(
        double loss,
        double gradientNorm,
        double learningRate,
        double logProbGap,
        double clippedShare,
        int updates,
        long tokensTrained,
        int microBatches,
        int largestMicroBatch,
        Optional<SamplerMetrics> sampler) {

    /**
     * How a sampler differs from the policy that learns from its rollouts, over the tokens of a step before the first
     * update, with r = p / q of a token that was sampled with probability q and has p under the policy.
     *
     * @param meanRatio mean of r; 1 on average, whatever the sampler
     * @param truncatedShare share of tokens, 0 to 1, whose r is above {@link
     *     org.rpt4j.core.objective.PolicyLoss#importanceCap()}
     * @param divergence KL divergence of the policy from the sampler per token, in nats, estimated by the mean of
     *     r - 1 - log r (Schulman 2020, Approximating KL Divergence)
     * @since 0.1.0
     */
    public record SamplerMetrics(double meanRatio, double truncatedShare, double divergence) {}
}
