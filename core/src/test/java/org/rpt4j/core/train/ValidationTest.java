package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.core.train.Validation.Direction;

/** Validation, early stopping and checkpoints around the steps of a run. */
class ValidationTest {

    private final EventLog log = new EventLog();
    private final List<Long> best = new ArrayList<>();
    private final List<Long> saved = new ArrayList<>();

    @Test
    void theBestCheckpointIsThatOfTheNamedMetric() {
        TrainingResult result = run(9, 0, Direction.MAXIMISE, 0.2, 0.5, 0.4, 0.5, 0.6);
        assertThat(log.of(TrainingEvent.Validated.class))
                .containsExactly(
                        new TrainingEvent.Validated(1, "accuracy", 0.2, 1, 0.2),
                        new TrainingEvent.Validated(3, "accuracy", 0.5, 3, 0.5),
                        new TrainingEvent.Validated(5, "accuracy", 0.4, 3, 0.5),
                        new TrainingEvent.Validated(7, "accuracy", 0.5, 3, 0.5),
                        new TrainingEvent.Validated(8, "accuracy", 0.6, 8, 0.6));
        assertThat(best).containsExactly(2L, 4L, 9L);
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
    }

    @Test
    void aRunThatNoLongerImprovesStops() {
        TrainingResult result = run(100, 2, Direction.MINIMISE, 3, 2, 2.5, 1, 1, 1.5, 0);
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.STOPPED_EARLY);
        assertThat(result.nextStep()).isEqualTo(12);
        assertThat(best).containsExactly(2L, 4L, 8L);
        assertThat(saved).containsExactly(12L);
        assertThat(log.events.get(log.events.size() - 1)).isEqualTo(new TrainingEvent.RunCompleted(result));
    }

    @Test
    void nanIsNeverTheBest() {
        TrainingResult result = run(100, 3, Direction.MAXIMISE, Double.NaN, 0.1, Double.NaN, Double.NaN, Double.NaN);
        assertThat(best).containsExactly(4L);
        assertThat(result.nextStep()).isEqualTo(10);
        assertThat(log.of(TrainingEvent.Validated.class).get(0).bestStep()).isEqualTo(-1);
    }

    @Test
    void aMeasureThatFailsEndsTheRun() {
        DoubleSupplier broken = () -> {
            throw new BackendFailureException("no evaluation");
        };
        RptTrainer trainer = TinyWorld.trainer(TinyWorld.policy(), TinyWorld.settings(5))
                .validation(Validation.of("accuracy", Direction.MAXIMISE, 2, broken))
                .listener(log)
                .build();
        assertThatExceptionOfType(BackendFailureException.class).isThrownBy(trainer::run);
        assertThat(log.of(TrainingEvent.RunFailed.class)).hasSize(1);
    }

    @Test
    void checkpointsAreSavedAtEveryIntervalAndAtTheEnd() {
        TinyWorld.trainer(
                        TinyWorld.policy(),
                        TinyWorld.settings(8).toBuilder().startStep(1).build())
                .checkpoints(new Checkpoints(3, Checkpoints.Action.blocking(state -> saved.add(state.nextStep()))))
                .listener(log)
                .build()
                .run();
        assertThat(saved).containsExactly(3L, 6L, 8L);
        assertThat(log.of(TrainingEvent.CheckpointSaved.class)).hasSize(3);
        saved.clear();
        TinyWorld.trainer(TinyWorld.policy(), TinyWorld.settings(6))
                .checkpoints(new Checkpoints(3, Checkpoints.Action.blocking(state -> saved.add(state.nextStep()))))
                .build()
                .run();
        assertThat(saved).containsExactly(3L, 6L);
    }

    @Test
    void aCheckpointThatFailsEndsTheRunAndIsNotReported() {
        RptTrainer trainer = TinyWorld.trainer(TinyWorld.policy(), TinyWorld.settings(5))
                .checkpoints(new Checkpoints(2, Checkpoints.Action.blocking(state -> {
                    throw new CheckpointException("disk is full");
                })))
                .listener(log)
                .build();
        assertThatExceptionOfType(CheckpointException.class).isThrownBy(trainer::run);
        assertThat(log.of(TrainingEvent.CheckpointSaved.class)).isEmpty();
        assertThat(log.of(TrainingEvent.RunFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.step()).isEqualTo(2));
    }

    @Test
    void theScheduleOfTheSettingsIsUsed() {
        LearningRateSchedule linear = LearningRateSchedule.linear(2, 2);
        TinyWorld.trainer(
                        TinyWorld.policy(),
                        TinyWorld.settings(4).toBuilder().schedule(linear).build())
                .listener(log)
                .build()
                .run();
        assertThat(log.steps()).extracting(m -> m.update().learningRate()).containsExactly(1.0, 2.0, 2.0, 1.0);
    }

    @Test
    void badSettingsAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Validation.of(" ", Direction.MAXIMISE, 1, () -> 0))
                .withMessageContaining("metric is \" \", must be a name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Validation.of("x", Direction.MAXIMISE, 0, () -> 0))
                .withMessageContaining("everySteps");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Validation.builder("x", Direction.MAXIMISE, 1, () -> 0)
                        .patience(-1)
                        .build())
                .withMessageContaining("patience");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Checkpoints(-1, Checkpoints.Action.NONE))
                .withMessageContaining("everySteps");
    }

    /** Every two steps, with the given measurements. */
    private TrainingResult run(long steps, int patience, Direction direction, double... values) {
        Iterator<Double> next = Arrays.stream(values).iterator();
        return TinyWorld.trainer(TinyWorld.policy(), TinyWorld.settings(steps))
                .validation(Validation.builder("accuracy", direction, 2, next::next)
                        .patience(patience)
                        .best(Checkpoints.Action.blocking(state -> best.add(state.nextStep())))
                        .build())
                .checkpoints(new Checkpoints(0, Checkpoints.Action.blocking(state -> saved.add(state.nextStep()))))
                .listener(log)
                .build()
                .run();
    }
}
