package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.error.CheckpointException;

class CheckpointTurnsTest {

    private final List<Long> begun = new ArrayList<>();
    private final List<CompletableFuture<Void>> writes = new ArrayList<>();
    private final EventLog log = new EventLog();
    private long nextStep;

    private Future<?> begin(TrainerState state) {
        CompletableFuture<Void> write = new CompletableFuture<>();
        begun.add(state.nextStep());
        writes.add(write);
        return write;
    }

    private CheckpointTurns turns(Checkpoints checkpoints) {
        return new CheckpointTurns(checkpoints, () -> TrainerState.at(nextStep), log::onEvent);
    }

    private void step(CheckpointTurns turns, long step) {
        nextStep = step + 1;
        turns.after(step);
    }

    private List<Long> saved() {
        return log.of(TrainingEvent.CheckpointSaved.class).stream()
                .map(TrainingEvent.CheckpointSaved::nextStep)
                .toList();
    }

    private List<Integer> failures() {
        return log.of(TrainingEvent.CheckpointFailed.class).stream()
                .map(TrainingEvent.CheckpointFailed::failures)
                .toList();
    }

    /** Every second step is due; the first write takes until step 4. */
    @Test
    void aSlowWriteNeverBlocksAStepAndTheNextWriteWaitsForIt() {
        CheckpointTurns turns = turns(new Checkpoints(2, this::begin));
        for (long step = 0; step < 4; step++) {
            step(turns, step);
        }
        assertThat(begun).containsExactly(2L);
        assertThat(saved()).isEmpty();
        writes.get(0).complete(null);
        step(turns, 4);
        assertThat(saved()).containsExactly(2L);
        assertThat(begun).as("the one that was due after step 3").containsExactly(2L, 5L);
        writes.get(1).complete(null);
        step(turns, 5);
        assertThat(saved()).containsExactly(2L, 5L);
        assertThat(begun).containsExactly(2L, 5L, 6L);
    }

    /** Ten minutes are over after step 1; a checkpoint of the steps' own turn starts the ten minutes again. */
    @Test
    void aCheckpointIsDueAfterAWhileWhateverTheStep() {
        AtomicLong minutes = new AtomicLong();
        Checkpoints everyTenMinutes =
                new Checkpoints(5, Duration.ofMinutes(10), Checkpoints.Action.blocking(this::begin), 0);
        CheckpointTurns turns = new CheckpointTurns(
                everyTenMinutes,
                () -> TrainerState.at(nextStep),
                log::onEvent,
                () -> Duration.ofMinutes(minutes.get()).toNanos());
        for (long step = 0; step < 8; step++) {
            minutes.addAndGet(6);
            step(turns, step);
        }
        assertThat(begun).containsExactly(2L, 4L, 5L, 7L);
    }

    @Test
    void withoutALimitOnTimeOnlyStepsCount() {
        AtomicLong nanos = new AtomicLong();
        CheckpointTurns turns = new CheckpointTurns(
                new Checkpoints(0, Checkpoints.Action.blocking(this::begin)),
                () -> TrainerState.at(nextStep),
                log::onEvent,
                () -> nanos.addAndGet(Long.MAX_VALUE / 100));
        step(turns, 0);
        assertThat(begun).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Checkpoints(0, Duration.ofSeconds(-1), Checkpoints.Action.NONE, 0))
                .withMessageContaining("interval is PT-1S");
    }

    @Test
    void theLastCheckpointWaitsForTheOneInProgressAndForItself() throws InterruptedException {
        CheckpointTurns turns = turns(new Checkpoints(1, this::begin));
        step(turns, 0);
        Thread writer = new Thread(() -> {
            writes.get(0).complete(null);
            while (writes.size() < 2) {
                Thread.onSpinWait();
            }
            writes.get(1).complete(null);
        });
        writer.start();
        nextStep = 2;
        turns.last(2);
        writer.join();
        assertThat(saved()).containsExactly(1L, 2L);
    }

    @Test
    void anExistingCheckpointIsNotWrittenAgainAtTheEnd() {
        CheckpointTurns turns = turns(new Checkpoints(1, Checkpoints.Action.blocking(state -> begin(state))));
        step(turns, 0);
        turns.last(1);
        assertThat(begun).containsExactly(1L);
    }

    @Test
    void anInterruptedThreadFinishesTheLastCheckpointAndStaysInterrupted() {
        CheckpointTurns turns = turns(new Checkpoints(1, this::begin));
        step(turns, 0);
        Thread.currentThread().interrupt();
        CompletableFuture.runAsync(() -> writes.get(0).complete(null));
        turns.last(1);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(saved()).containsExactly(1L);
    }

    @Test
    void failuresInARowAreToleratedUpToTheLimit() {
        CheckpointException full = new CheckpointException("No space left");
        boolean[] fails = {true};
        CheckpointTurns turns = turns(new Checkpoints(
                1,
                Checkpoints.Action.blocking(state -> {
                    if (fails[0]) {
                        throw full;
                    }
                }),
                2));
        step(turns, 0);
        step(turns, 1);
        fails[0] = false;
        step(turns, 2);
        assertThat(failures()).containsExactly(1, 2);
        assertThat(saved()).containsExactly(3L);
        fails[0] = true;
        step(turns, 3);
        step(turns, 4);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> step(turns, 5))
                .isSameAs(full);
        assertThat(failures()).containsExactly(1, 2, 1, 2, 3);
    }

    @Test
    void theLastCheckpointMustSucceed() {
        CheckpointTurns turns =
                turns(new Checkpoints(0, state -> CompletableFuture.failedFuture(new IOException("No space left")), 9));
        nextStep = 4;
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> turns.last(4))
                .withMessageContaining("before step 4")
                .withMessageContaining("No space left");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Checkpoints(1, Checkpoints.Action.NONE, -1))
                .withMessageContaining("toleratedFailures");
    }

    @Test
    void aCopyThatCannotBeTakenIsAFailedSave() {
        CheckpointTurns turns = turns(new Checkpoints(
                1,
                state -> {
                    throw new CheckpointException("no memory for the copy");
                },
                1));
        step(turns, 0);
        assertThat(failures()).containsExactly(1);
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(() -> step(turns, 1));
    }

    @Test
    void theBestIsSavedImmediatelyAndCountsAsARegularCheckpoint() {
        Checkpoints.Action action = this::begin;
        CheckpointTurns turns = turns(new Checkpoints(1, action));
        nextStep = 1;
        turns.best(action, 0);
        turns.after(0);
        assertThat(begun).containsExactly(1L);
        writes.get(0).complete(null);
        nextStep = 2;
        turns.best(action, 1);
        turns.after(1);
        assertThat(begun).containsExactly(1L, 2L);
        turns.best(Checkpoints.Action.NONE, 2);
        assertThat(begun).hasSize(2);
    }

    @Test
    void theLastCheckpointMustSucceedEvenIfItsCopyCannotBeTaken() {
        CheckpointException full = new CheckpointException("no memory for the copy");
        CheckpointTurns turns = turns(new Checkpoints(
                0,
                state -> {
                    throw full;
                },
                9));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> turns.last(4))
                .isSameAs(full);
    }

    @Test
    void aBestSavedElsewhereDoesNotReplaceTheLastCheckpoint() {
        List<Long> best = new ArrayList<>();
        CheckpointTurns turns = turns(new Checkpoints(0, Checkpoints.Action.blocking(this::begin)));
        nextStep = 1;
        turns.best(Checkpoints.Action.blocking(state -> best.add(state.nextStep())), 0);
        turns.last(1);
        assertThat(best).containsExactly(1L);
        assertThat(begun).containsExactly(1L);
    }

    @Test
    void aFullHeapIsAFailedSave() {
        for (Checkpoints.Action action :
                List.of(Checkpoints.Action.blocking(state -> fill()), (Checkpoints.Action) state -> fill())) {
            CheckpointTurns turns = turns(new Checkpoints(1, action, 1));
            step(turns, 0);
            assertThatExceptionOfType(CheckpointException.class)
                    .isThrownBy(() -> step(turns, 1))
                    .withCauseInstanceOf(OutOfMemoryError.class);
        }
        assertThat(failures()).containsExactly(1, 2, 1, 2);
    }

    private static Future<?> fill() {
        throw new OutOfMemoryError("Java heap space");
    }
}
