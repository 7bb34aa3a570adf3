package org.rpt4j.core.train;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.phase.PhaseSpan;

/**
 * Saves the checkpoints of a run one at a time: starts them, collects their results, and ends the run after too many
 * failures.
 */
final class CheckpointTurns {

    /** @param regular whether a run can resume from it; the action that saves the best may save less */
    private record Turn(long nextStep, boolean regular, Future<?> saved) {}

    private final Checkpoints checkpoints;
    private final Supplier<TrainerState> state;
    private final Consumer<TrainingEvent> events;
    private final LongSupplier clock;
    private @Nullable Turn turn;
    private boolean owed;
    private long begunStep = -1;
    private long begunAt;
    private long savedStep = -1;
    private int failures;

    CheckpointTurns(Checkpoints checkpoints, Supplier<TrainerState> state, Consumer<TrainingEvent> events) {
        this(checkpoints, state, events, System::nanoTime);
    }

    /** @param clock nanoseconds from any origin, never going back */
    CheckpointTurns(
            Checkpoints checkpoints, Supplier<TrainerState> state, Consumer<TrainingEvent> events, LongSupplier clock) {
        this.checkpoints = checkpoints;
        this.state = state;
        this.events = events;
        this.clock = clock;
        this.begunAt = clock.getAsLong();
    }

    /** After a step: collects a finished checkpoint and starts one that is due. */
    void after(long step) {
        collectIfDone();
        owed |= begunStep != step + 1 && checkpoints.isDue(step + 1, clock.getAsLong() - begunAt);
        if (owed && turn == null) {
            begin(checkpoints.action(), step + 1);
            collectIfDone();
        }
    }

    /** Saves the current weights immediately, because they are the best and the next step changes them. */
    void best(Checkpoints.Action action, long step) {
        if (action != Checkpoints.Action.NONE) {
            collect();
            begin(action, step + 1);
            collectIfDone();
        }
    }

    /** Saves the last checkpoint of a run, which must succeed. */
    void last(long nextStep) {
        collect();
        if (savedStep != nextStep && checkpoints.action() != Checkpoints.Action.NONE) {
            failures = checkpoints.toleratedFailures();
            begin(checkpoints.action(), nextStep);
            collect();
        }
    }

    private void begin(Checkpoints.Action action, long nextStep) {
        boolean regular = action == checkpoints.action();
        if (regular) {
            owed = false;
            begunStep = nextStep;
            begunAt = clock.getAsLong();
        }
        try (PhaseSpan span = PhaseSpan.begin(Phase.CHECKPOINT, nextStep - 1)) {
            turn = new Turn(nextStep, regular, action.save(state.get()));
            span.count(1, 0);
        } catch (RuntimeException | OutOfMemoryError e) {
            fail(nextStep, e);
        }
    }

    private void collectIfDone() {
        if (turn != null && turn.saved().isDone()) {
            collect();
        }
    }

    /** Waits for the checkpoint in progress, if there is one. */
    private void collect() {
        @Nullable Turn ended = turn;
        turn = null;
        if (ended == null) {
            return;
        }
        try {
            await(ended.saved());
        } catch (ExecutionException e) {
            fail(ended.nextStep(), Objects.requireNonNull(e.getCause()));
            return;
        }
        failures = 0;
        if (ended.regular()) {
            savedStep = ended.nextStep();
        }
        events.accept(new TrainingEvent.CheckpointSaved(ended.nextStep()));
    }

    /** Waits through interrupts, so that a started checkpoint is finished; the run handles the interrupt afterwards. */
    private static void await(Future<?> saved) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    saved.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void fail(long nextStep, Throwable error) {
        failures++;
        events.accept(new TrainingEvent.CheckpointFailed(nextStep, error, failures));
        if (failures <= checkpoints.toleratedFailures()) {
            return;
        }
        if (error instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        throw new CheckpointException(
                "The checkpoint before step " + nextStep + " could not be saved: " + error, error);
    }
}
