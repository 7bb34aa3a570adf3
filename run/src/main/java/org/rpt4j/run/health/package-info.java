/**
 * For application developers and operators: what warns of a run that goes wrong while its loss says nothing. A {@link
 * org.rpt4j.run.health.HealthMonitor} is a listener of the training; it applies one rule for each {@link
 * org.rpt4j.run.health.HealthCheck} to every step and tells its {@link org.rpt4j.run.health.HealthListener}s. A warning
 * never changes the run.
 */
@NullMarked
package org.rpt4j.run.health;

import org.jspecify.annotations.NullMarked;
