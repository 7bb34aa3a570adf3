package org.rpt4j.run.study;

import org.rpt4j.run.launch.RunObserver;

/**
 * Watches a study. Every method is called on its thread.
 *
 * @since 0.1.0
 */
public interface StudyObserver {

    /** Watches nothing. */
    StudyObserver NONE = new StudyObserver() {};

    /** A variant is not run, because its settings do not go together. */
    default void leftOut(String variant, String reason) {}

    /**
     * A run is about to begin or to continue.
     *
     * @param number of the run, from 1
     * @param of number of all runs
     */
    default void starting(String variant, long seed, int number, int of) {}

    /** A run has ended and its model is evaluated, now or in an earlier call. */
    default void done(StudyCell cell) {}

    /** Watches the runs and evaluations themselves. */
    default RunObserver runs() {
        return RunObserver.NONE;
    }
}
