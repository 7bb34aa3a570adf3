package org.rpt4j.run.health;

/**
 * A warning was raised or cleared.
 *
 * @param check what it is about
 * @param raised whether it is on now
 * @param message what was seen, against what, and what to do
 */
record HealthChange(HealthCheck check, boolean raised, String message) {}
