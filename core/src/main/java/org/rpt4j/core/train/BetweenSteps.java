package org.rpt4j.core.train;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The work between two steps: validation, keeping the best checkpoint, and saving. */
final class BetweenSteps {

    private final TrainerState.ValidationState measuredBefore;
    private final @Nullable ValidationWatch validation;
    private final CheckpointTurns checkpoints;

    /** @param state supplies the current state to continue from */
    BetweenSteps(RunPlan plan, Supplier<TrainerState> state, Consumer<TrainingEvent> events) {
        this.measuredBefore = plan.start().validation();
        this.validation = plan.validation() == null
                ? null
                : new ValidationWatch(plan.validation(), plan.steps(), measuredBefore, events);
        this.checkpoints = new CheckpointTurns(plan.checkpoints(), state, events);
    }

    /** The validation state so far, for the next checkpoint. */
    TrainerState.ValidationState measured() {
        return validation == null ? measuredBefore : validation.state();
    }

    /** Whether the previous run was interrupted during a measurement. */
    boolean owesMeasurement() {
        return validation != null && validation.isOwed();
    }

    /** Repeats the measurement that was interrupted in the previous run. */
    void measureOwed(long step) {
        if (validation != null && validation.measure(step)) {
            checkpoints.best(validation.best(), step);
        }
    }

    /** Measures and saves after a step, if due. */
    void after(long step) {
        if (validation != null && validation.after(step)) {
            checkpoints.best(validation.best(), step);
        }
        checkpoints.after(step);
    }

    /** Whether the metric has not improved for so long that the run stops. */
    boolean isExhausted() {
        return validation != null && validation.isExhausted();
    }

    /** Saves the last checkpoint of a run, which must succeed. */
    void last(long nextStep) {
        checkpoints.last(nextStep);
    }
}
