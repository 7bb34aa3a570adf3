package org.rpt4j.core.train;

/**
 * A run of training that is built and not started yet, or is under way. It runs once, on the thread that calls {@link
 * #run()}; {@link TrainingRun} runs it on another. All other methods are safe from any thread and return at once.
 */
public sealed interface Trainer permits RptTrainer, SupervisedTrainer {

    /**
     * Trains until the last step, until validation stops it, or until cancelled. Interrupting the thread cancels too;
     * its interrupt status is then set when this returns.
     *
     * @throws org.rpt4j.api.error.NumericalException if sampler and trainer disagree, or more steps than allowed were
     *     skipped because something was not finite
     * @throws org.rpt4j.api.error.RptException if a part of the run fails
     * @throws IllegalStateException at a second call
     */
    TrainingResult run();

    /**
     * Ends the run before its next update, with a checkpoint if one is set. Also before {@link #run()}, and while
     * paused.
     */
    void cancel();

    /** Halts the run after the present step, or before the first, until {@link #resume()} or {@link #cancel()}. */
    void pause();

    /** Goes on after {@link #pause()}; does nothing otherwise. */
    void resume();

    /** Steps done and left. Time spent paused does not count. */
    Progress progress();
}
