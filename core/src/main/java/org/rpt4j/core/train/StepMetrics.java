package org.rpt4j.core.train;

/**
 * All metrics of a completed step.
 *
 * @param step number of the step
 * @param rollouts metrics of the rollouts
 * @param groups metrics of the groups
 * @param update metrics of the update
 * @param seconds time per phase
 * @since 0.1.0
 */
public record StepMetrics(
        long step, RolloutMetrics rollouts, GroupMetrics groups, UpdateMetrics update, PhaseSeconds seconds) {

    /**
     * Wall-clock time of the phases of a step, in seconds.
     *
     * @param rollout building prompts and sampling rollouts
     * @param reward extracting and judging predictions
     * @param update advantages, forward, backward and optimizer step
     * @since 0.1.0
     */
    public record PhaseSeconds(double rollout, double reward, double update) {}
}
