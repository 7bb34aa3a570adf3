package org.rpt4j.core.train;

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
        int largestMicroBatch) {}
