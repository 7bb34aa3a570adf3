package org.rpt4j.core.train;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.LongFunction;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.phase.Progress;

/** The loop of a run around its steps: events, pause and cancellation, skipped steps, checkpoints and validation. */
final class RunLoop {

    /** One step of training. */
    @FunctionalInterface
    interface Step {
        void run(long step) throws StepSkippedException;
    }

    private final TrainablePolicy policy;
    private final Optimizer optimizer;
    private final RunPlan plan;
    private final Listeners listeners;
    private final RunControl control = new RunControl();
    private final BetweenSteps between;
    private final SkippedSteps skipped;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile Progress progress;
    private long startNanos;
    private long pausedNanos;
    private long nextStep;
    private long startVersion;
    private long startedStep = -1;
    private long versionOfStep;
    private LongFunction<TrainerState.SupplyState> supply = next -> TrainerState.SupplyState.NONE;
    private IntSupplier passTokens = () -> 0;

    RunLoop(TrainablePolicy policy, Optimizer optimizer, RunPlan plan) {
        this.policy = policy;
        this.optimizer = optimizer;
        this.plan = plan;
        this.listeners = new Listeners(plan.listeners());
        this.between = new BetweenSteps(plan, this::state, listeners::emit);
        this.skipped = new SkippedSteps(plan);
        this.nextStep = plan.start().nextStep();
        this.progress = new Progress(0, plan.steps() - nextStep, Duration.ZERO);
    }

    /**
     * @param body one step of training
     * @param itsSupply state that is carried from step to step, as it is before the given step
     * @param itsPassTokens maximum number of tokens of a pass if it was reduced, else 0
     */
    TrainingResult run(Step body, LongFunction<TrainerState.SupplyState> itsSupply, IntSupplier itsPassTokens) {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("this trainer has already run; build another to continue");
        }
        supply = itsSupply;
        passTokens = itsPassTokens;
        startNanos = System.nanoTime();
        startVersion = policy.version();
        emit(new TrainingEvent.RunStarted(nextStep, plan.steps(), plan.objective(), policy.description()));
        optimizer.zeroGradients();
        TrainingResult.Outcome outcome;
        try {
            if (between.owesMeasurement()) {
                awaitResume(nextStep);
                between.measureOwed(nextStep - 1);
            }
            while (nextStep < plan.steps() && !between.isExhausted()) {
                awaitResume(nextStep);
                attempt(nextStep, body);
                progress = progressAfter(nextStep);
                between.after(nextStep++);
            }
            outcome = between.isExhausted() ? TrainingResult.Outcome.STOPPED_EARLY : TrainingResult.Outcome.COMPLETED;
            between.last(nextStep);
        } catch (OperationCancelledException e) {
            outcome = TrainingResult.Outcome.CANCELLED;
            saveCancelled();
        } catch (BackendMemoryException e) {
            saveIntact(e);
            emit(new TrainingEvent.RunFailed(nextStep, e));
            throw e;
        } catch (RuntimeException | Error e) {
            emit(new TrainingEvent.RunFailed(nextStep, e));
            throw e;
        }
        TrainingResult result =
                new TrainingResult(outcome, nextStep, updates(), skipped.empty(), skipped.numerical(), elapsed());
        emit(new TrainingEvent.RunCompleted(result));
        return result;
    }

    private TrainerState state() {
        return new TrainerState(
                nextStep,
                updates(),
                skipped.empty(),
                skipped.numerical(),
                passTokens.getAsInt(),
                supply.apply(nextStep),
                between.measured());
    }

    private long updates() {
        return plan.start().updates() + policy.version() - startVersion;
    }

    private void attempt(long step, Step body) {
        startedStep = step;
        versionOfStep = policy.version();
        try {
            body.run(step);
        } catch (StepSkippedException skip) {
            skip.batch().ifPresent(batch -> emit(new TrainingEvent.BatchFailed(step, batch)));
            emit(new TrainingEvent.StepSkipped(step, skip.reason(), progressAfter(step)));
            skipped.count(step, skip.reason());
        }
    }

    /**
     * Saves on a thread that may be interrupted and preserves its interrupt status. A step cancelled between two
     * updates leaves weights that no step starts with, so the checkpoint before it is the last.
     */
    private void saveCancelled() {
        if (isWithinUpdates()) {
            return;
        }
        boolean interrupted = Thread.interrupted() || !control.isCancelled();
        try {
            between.last(nextStep);
        } catch (RuntimeException | Error e) {
            emit(new TrainingEvent.RunFailed(nextStep, e));
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Saves the state before a step that ran out of memory, if none of its updates was applied. */
    private void saveIntact(BackendMemoryException failure) {
        if (isWithinUpdates()) {
            return;
        }
        try {
            between.last(nextStep);
        } catch (RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }

    private boolean isWithinUpdates() {
        return startedStep == nextStep && policy.version() != versionOfStep;
    }

    private void awaitResume(long step) {
        if (!control.isPaused()) {
            control.throwIfCancelled();
            return;
        }
        long pauseStart = System.nanoTime();
        emit(new TrainingEvent.RunPaused(step));
        try {
            control.awaitResume();
        } finally {
            pausedNanos += System.nanoTime() - pauseStart;
        }
        emit(new TrainingEvent.RunResumed(step));
    }

    RunControl control() {
        return control;
    }

    Progress progress() {
        return progress;
    }

    void emit(TrainingEvent event) {
        listeners.emit(event);
    }

    Progress progressAfter(long step) {
        return new Progress(
                step + 1 - plan.start().nextStep(), plan.steps() - plan.start().nextStep(), elapsed());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos - pausedNanos);
    }
}
