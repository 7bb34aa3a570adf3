package org.rpt4j.core.train;

/**
 * Wall-clock time of the phases of a step, in seconds.
 *
 * @param rollout building prompts and sampling rollouts
 * @param reward extracting and judging predictions
 * @param update advantages, forward, backward and optimizer step
 * @since 0.1.0
 */
public record PhaseSeconds(double rollout, double reward, double update) {}
