package org.rpt4j.core.train;

/**
 * Observes a run. Called on the thread of the run, between calls to the policy, so it may evaluate or save the policy;
 * the run waits for it. What it throws does not reach the run: the first failure of a listener is logged.
 */
@FunctionalInterface
public interface TrainingListener {

    /** Takes an event; switch over its kinds. */
    void on(TrainingEvent event);
}
