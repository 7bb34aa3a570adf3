package org.rpt4j.core.train;

import org.rpt4j.core.phase.Progress;

/**
 * A run of training that is built and not started yet, or is under way. It runs once, on the thread that calls {@link
 * #run()}; {@link TrainingRun} runs it on another. All other methods are safe from any thread and return at once.
 */
public abstract sealed class Trainer permits RptTrainer, SupervisedTrainer {

    final RunLoop loop;

    Trainer(RunLoop loop) {
        this.loop = loop;
    }

    /**
     * Trains until the last step, until validation stops it, or until cancelled. Interrupting the thread cancels too;
     * its interrupt status is then set when this returns.
     *
     * @throws org.rpt4j.api.error.NumericalException if sampler and trainer disagree, or more steps than allowed were
     *     skipped because something was not finite
     * @throws org.rpt4j.api.error.RewardException if the extractor or the verifier fails
     * @throws org.rpt4j.api.error.BackendFailureException if the policy breaks its contract
     * @throws org.rpt4j.api.error.CorpusException if the task source has no tasks
     * @throws IllegalStateException at a second call, or if a learning rate schedule is set and the optimizer has a
     *     warm-up of its own
     */
    public final TrainingResult run() {
        return loop.run(this::step, this::supplyBefore, this::passTokens);
    }

    /**
     * Ends the run before its next update, with a checkpoint if one is set. Also before {@link #run()}, and while
     * paused.
     */
    public final void cancel() {
        loop.control().cancel();
    }

    /** Halts the run after the present step, or before the first, until {@link #resume()} or {@link #cancel()}. */
    public final void pause() {
        loop.control().pause();
    }

    /** Goes on after {@link #pause()}; does nothing otherwise. */
    public final void resume() {
        loop.control().resume();
    }

    /** Steps done and left. Time spent paused does not count. */
    public final Progress progress() {
        return loop.progress();
    }

    /** What steps hand on, as it is before the step of this number. */
    SupplyState supplyBefore(long step) {
        return SupplyState.NONE;
    }

    /** Most tokens of a pass if memory did not suffice for more, else 0. */
    abstract int passTokens();

    /** One step of training. */
    abstract void step(long step) throws StepSkippedException;
}
