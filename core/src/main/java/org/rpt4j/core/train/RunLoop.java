package org.rpt4j.core.train;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.telemetry.Phase;
import org.rpt4j.core.telemetry.PhaseSpan;

/** The life of a run around its steps: events, pause and cancellation, skipped steps, checkpoints and validation. */
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
    private final AlarmBell alarms;
    private final @Nullable ValidationWatch validation;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile Progress progress;
    private long startNanos;
    private long pausedNanos;
    private long savedStep = -1;
    private long emptySteps;
    private long numericalSkips;

    RunLoop(TrainablePolicy policy, Optimizer optimizer, RunPlan plan) {
        this.policy = policy;
        this.optimizer = optimizer;
        this.plan = plan;
        this.listeners = new Listeners(plan.listeners());
        this.alarms = new AlarmBell(plan.alarms(), plan.logProbGapLimit(), listeners::emit);
        this.validation = plan.validation() == null
                ? null
                : new ValidationWatch(plan.validation(), plan.steps(), listeners::emit);
        this.progress = new Progress(0, plan.steps() - plan.startStep(), Duration.ZERO);
    }

    TrainingResult run(Step body) {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("this trainer has already run; build another to continue");
        }
        startNanos = System.nanoTime();
        long startVersion = policy.version();
        emit(new TrainingEvent.RunStarted(plan.startStep(), plan.steps(), plan.objective(), policy.description()));
        optimizer.zeroGradients();
        RunOutcome outcome = RunOutcome.COMPLETED;
        long step = plan.startStep();
        try {
            while (step < plan.steps() && outcome == RunOutcome.COMPLETED) {
                awaitResume(step);
                attempt(step, body);
                progress = progressAfter(step);
                outcome = after(step++);
            }
            save(step);
        } catch (OperationCancelledException e) {
            outcome = RunOutcome.CANCELLED;
            saveCancelled(step);
        } catch (RuntimeException | Error e) {
            emit(new TrainingEvent.RunFailed(step, e));
            throw e;
        }
        TrainingResult result = new TrainingResult(
                outcome, step, policy.version() - startVersion, emptySteps, numericalSkips, elapsed());
        emit(new TrainingEvent.RunCompleted(result));
        return result;
    }

    private void attempt(long step, Step body) {
        try {
            body.run(step);
        } catch (StepSkippedException skip) {
            emit(new TrainingEvent.StepSkipped(step, skip.reason(), progressAfter(step)));
            count(step, skip.reason());
        }
    }

    private RunOutcome after(long step) {
        boolean stop = validation != null && validation.after(step);
        if (plan.checkpoints().isDue(step + 1)) {
            save(step + 1);
        }
        return stop ? RunOutcome.STOPPED_EARLY : RunOutcome.COMPLETED;
    }

    private void save(long nextStep) {
        if (savedStep != nextStep && plan.checkpoints() != Checkpoints.NONE) {
            try (PhaseSpan span = PhaseSpan.begin(Phase.CHECKPOINT, nextStep - 1)) {
                plan.checkpoints().action().save(nextStep);
                span.count(1, 0);
            }
            savedStep = nextStep;
            emit(new TrainingEvent.CheckpointSaved(nextStep));
        }
    }

    /** Saves on a thread that may have been interrupted, which then finds its interrupt status set. */
    private void saveCancelled(long nextStep) {
        boolean interrupted = Thread.interrupted() || !control.isCancelled();
        try {
            save(nextStep);
        } catch (RuntimeException | Error e) {
            emit(new TrainingEvent.RunFailed(nextStep, e));
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void count(long step, SkipReason reason) {
        if (!reason.isNumerical()) {
            emptySteps++;
            return;
        }
        numericalSkips++;
        if (numericalSkips > plan.maxSkippedSteps()) {
            throw new NumericalException("Step " + step + " was skipped for " + reason + ", the " + numericalSkips
                    + ". of this run; maxSkippedSteps is " + plan.maxSkippedSteps()
                    + ". Lower the learning rate, or look at the rollouts of the skipped steps.");
        }
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
        alarms.on(event);
    }

    Progress progressAfter(long step) {
        return new Progress(step + 1 - plan.startStep(), plan.steps() - plan.startStep(), elapsed());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos - pausedNanos);
    }
}
