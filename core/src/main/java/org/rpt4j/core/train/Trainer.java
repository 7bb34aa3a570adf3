package org.rpt4j.core.train;

import org.rpt4j.core.phase.Progress;

/**
 * A training run that is ready to start or in progress. It runs once, on the thread that calls {@link #run()};
 * {@link TrainingRun} runs it on another thread. All other methods are safe from any thread and return immediately.
 *
 * @since 0.1.0
 */
public abstract sealed class Trainer permits RptTrainer, SupervisedTrainer {

    final RunLoop loop;

    Trainer(RunLoop loop) {
        this.loop = loop;
    }

    /**
     * Trains until the last step, until validation stops it, or until it is cancelled. Interrupting the thread also
     * cancels; its interrupt status is then set when this method returns.
     *
     * @throws org.rpt4j.api.error.NumericalException if sampler and trainer disagree, or more steps than allowed were
     *     skipped because a number was not finite
     * @throws org.rpt4j.api.error.RewardException if the extractor or the verifier fails
     * @throws org.rpt4j.api.error.BackendFailureException if the policy breaks its contract
     * @throws org.rpt4j.api.error.CorpusException if the task source has no tasks
     * @throws IllegalStateException on a second call, or if a learning-rate schedule is set and the optimizer has its
     *     own warm-up
     */
    public final TrainingResult run() {
        return loop.run(this::step, this::supplyBefore, this::passTokens);
    }

    /**
     * Ends the run before its next update, with a checkpoint if checkpoints are set. Works before {@link #run()} and
     * while paused too.
     */
    public final void cancel() {
        loop.control().cancel();
    }

    /** Pauses the run after the current step, or before the first, until {@link #resume()} or {@link #cancel()}. */
    public final void pause() {
        loop.control().pause();
    }

    /** Resumes after {@link #pause()}; does nothing otherwise. */
    public final void resume() {
        loop.control().resume();
    }

    /** Completed and total steps. Paused time does not count. */
    public final Progress progress() {
        return loop.progress();
    }

    /** The state that is carried from step to step, as it is before the given step. */
    TrainerState.SupplyState supplyBefore(long step) {
        return TrainerState.SupplyState.NONE;
    }

    /** Maximum number of tokens of a pass if it was reduced for lack of memory, else 0. */
    abstract int passTokens();

    /** One step of training. */
    abstract void step(long step) throws StepSkippedException;
}
