/**
 * For application developers and operators: warnings about a run that goes wrong while its loss looks normal. A {@link
 * org.rpt4j.run.health.HealthMonitor} listens to the training, applies one rule for each {@link
 * org.rpt4j.run.health.HealthCheck} to every step, and notifies its {@link org.rpt4j.run.health.HealthListener}s. A
 * warning never changes the run.
 */
@NullMarked
package org.rpt4j.run.health;

import org.jspecify.annotations.NullMarked;
