package org.rpt4j.run.health;

/**
 * Takes the warnings of a run. Called on the thread of the run; what it throws does not reach the run and is logged.
 */
public interface HealthListener {

    /** Something goes wrong that does not end the run. */
    default void warningRaised(HealthWarning.Raised event) {}

    /** Nothing was wrong any more for a whole window of steps. */
    default void warningCleared(HealthWarning.Cleared event) {}
}
