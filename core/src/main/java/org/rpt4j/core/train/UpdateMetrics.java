package org.rpt4j.core.train;

/**
 * What the update of a step did. With several updates per batch, everything is of the last one except the gap.
 *
 * @param loss value of the surrogate before the update; about 0 on-policy by construction, however much is learned
 * @param gradientNorm global L2 norm before clipping
 * @param learningRate the rate that was used
 * @param logProbGap most difference between sampler and trainer before the first update, nats
 * @param clippedShare share of trained tokens whose gradient a clip removed, 0 to 1
 * @param updates optimizer steps that were made from the rollouts of the step
 * @param tokensTrained completion tokens that took part in each of them
 * @param microBatches number of forward and backward passes
 * @param largestMicroBatch tokens of the largest of them
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
