package org.rpt4j.run.health;

/** What a {@link HealthMonitor} tells: something goes wrong that does not end the run, or does no longer. */
public sealed interface HealthWarning {

    /**
     * Something goes wrong. Comes after the completion or the skip of the step, once until it is cleared.
     *
     * @param step number of the step
     * @param check what goes wrong
     * @param message what was seen, against what, and what to do
     */
    record Raised(long step, HealthCheck check, String message) implements HealthWarning {}

    /**
     * Nothing was wrong any more for a whole window of steps.
     *
     * @param step number of the last of them
     * @param check what had been wrong
     */
    record Cleared(long step, HealthCheck check) implements HealthWarning {}
}
