package org.rpt4j.run.health;

/**
 * What health checks look at in a step. NaN where the step did not measure it.
 *
 * @param step number of the step
 * @param entropy mean -log p of sampled tokens, nats
 * @param length mean tokens of a completion
 * @param boxRate share of completions in which a prediction was found
 * @param liveShare share of groups with different rewards
 * @param logProbGap most difference between sampler and trainer, nats
 * @param logProbGapLimit the difference that ends the run, nats
 * @param gradientNorm global L2 norm before clipping
 */
record HealthValues(
        long step,
        double entropy,
        double length,
        double boxRate,
        double liveShare,
        double logProbGap,
        double logProbGapLimit,
        double gradientNorm) {}
