package org.rpt4j.run.health;

/**
 * A warning that was raised or cleared.
 *
 * @param check the check that warns
 * @param raised whether the warning is on now
 * @param message what was observed, the threshold, and what to do
 */
record HealthChange(HealthCheck check, boolean raised, String message) {}
