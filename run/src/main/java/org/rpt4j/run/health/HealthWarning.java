package org.rpt4j.run.health;

/**
 * An event of a {@link HealthMonitor}: a warning, or its end.
 *
 * @since 0.1.0
 */
public sealed interface HealthWarning {

    /**
     * A warning. Follows the completion or the skip of the step; sent once until it is cleared.
     *
     * @param step number of the step
     * @param check the check that warns
     * @param message what was observed, the threshold, and what to do
     */
    record Raised(long step, HealthCheck check, String message) implements HealthWarning {}

    /**
     * A warning was cleared: a whole window of steps passed without a finding.
     *
     * @param step number of the last step of that window
     * @param check the check that had warned
     */
    record Cleared(long step, HealthCheck check) implements HealthWarning {}
}
