package org.rpt4j.run.health;

/**
 * The values of a step that health checks look at; NaN if the step did not measure them.
 *
 * @param step number of the step
 * @param entropy mean -log p of sampled tokens, in nats
 * @param length mean number of tokens in a completion
 * @param reward mean reward
 * @param boxRate share of completions with a prediction
 * @param liveShare share of groups with differing rewards
 * @param logProbGap maximum difference between sampler and trainer, in nats
 * @param logProbGapLimit the difference that ends the run, in nats
 * @param gradientNorm global L2 norm before clipping
 */
record HealthValues(
        long step,
        double entropy,
        double length,
        double reward,
        double boxRate,
        double liveShare,
        double logProbGap,
        double logProbGapLimit,
        double gradientNorm) {}
