package org.rpt4j.core.train;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.api.error.OperationCancelledException;

/** The life of a run around its steps: events, cancellation, skipped steps and their limit. */
final class RunLoop {

    /** One step of training. */
    @FunctionalInterface
    interface Step {
        void run(long step) throws StepSkippedException;
    }

    private final TrainablePolicy policy;
    private final Optimizer optimizer;
    private final Listeners listeners;
    private final String objective;
    private final long startStep;
    private final long steps;
    private final int maxSkippedSteps;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean cancelled;
    private long startNanos;
    private long emptySteps;
    private long numericalSkips;

    RunLoop(
            TrainablePolicy policy,
            Optimizer optimizer,
            List<TrainingListener> listeners,
            String objective,
            long startStep,
            long steps,
            int maxSkippedSteps) {
        this.policy = policy;
        this.optimizer = optimizer;
        this.listeners = new Listeners(listeners);
        this.objective = objective;
        this.startStep = startStep;
        this.steps = steps;
        this.maxSkippedSteps = maxSkippedSteps;
    }

    TrainingResult run(Step body) {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("this trainer has already run; build another to continue");
        }
        startNanos = System.nanoTime();
        long startVersion = policy.version();
        emit(new TrainingEvent.RunStarted(startStep, steps, objective, policy.description()));
        optimizer.zeroGradients();
        RunOutcome outcome = RunOutcome.COMPLETED;
        long step = startStep;
        try {
            for (; step < steps; step++) {
                throwIfCancelled();
                attempt(step, body);
            }
        } catch (OperationCancelledException e) {
            outcome = RunOutcome.CANCELLED;
            if (!cancelled) {
                Thread.currentThread().interrupt();
            }
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

    private void count(long step, SkipReason reason) {
        if (!reason.isNumerical()) {
            emptySteps++;
            return;
        }
        numericalSkips++;
        if (numericalSkips > maxSkippedSteps) {
            throw new NumericalException("Step " + step + " was skipped for " + reason + ", the " + numericalSkips
                    + ". of this run; maxSkippedSteps is " + maxSkippedSteps
                    + ". Lower the learning rate, or look at the rollouts of the skipped steps.");
        }
    }

    void cancel() {
        cancelled = true;
    }

    void throwIfCancelled() {
        if (cancelled || Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("the run was " + (cancelled ? "cancelled" : "interrupted"));
        }
    }

    void emit(TrainingEvent event) {
        listeners.emit(event);
    }

    Progress progressAfter(long step) {
        return new Progress(step + 1 - startStep, steps - startStep, elapsed());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
