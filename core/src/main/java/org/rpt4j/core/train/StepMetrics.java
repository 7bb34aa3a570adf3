package org.rpt4j.core.train;

/**
 * Everything measured in a completed step.
 *
 * @param step number of the step
 * @param rollouts what was sampled and how it was judged
 * @param groups what the groups could teach
 * @param update what the update did
 * @param seconds where the time went
 */
public record StepMetrics(
        long step, RolloutMetrics rollouts, GroupMetrics groups, UpdateMetrics update, PhaseSeconds seconds) {}
