package org.rpt4j.run.health;

/**
 * Receives the warnings of a run. Called on the run thread; exceptions are logged and do not reach the run.
 *
 * @since 0.1.0
 */
public interface HealthListener {

    /** Called when a check raises a warning. The run continues. */
    default void warningRaised(HealthWarning.Raised event) {}

    /** Called when a check has found nothing wrong for a whole window of steps. */
    default void warningCleared(HealthWarning.Cleared event) {}
}
