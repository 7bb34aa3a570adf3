package org.rpt4j.core.train;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a run does between two steps: measures the weights, keeps the best and saves. */
final class BetweenSteps {

    private final ValidationState measuredBefore;
    private final @Nullable ValidationWatch validation;
    private final CheckpointTurns checkpoints;

    /** @param state what to continue from at this moment */
    BetweenSteps(RunPlan plan, Supplier<TrainerState> state, Consumer<TrainingEvent> events) {
        this.measuredBefore = plan.start().validation();
        this.validation = plan.validation() == null
                ? null
                : new ValidationWatch(plan.validation(), plan.steps(), measuredBefore, events);
        this.checkpoints = new CheckpointTurns(plan.checkpoints(), state, events);
    }

    /** What was measured so far, for the next checkpoint. */
    ValidationState measured() {
        return validation == null ? measuredBefore : validation.state();
    }

    /** Whether the run before was cut off in a measurement. */
    boolean owesMeasurement() {
        return validation != null && validation.isOwed();
    }

    /** Makes the measurement after a step in which the run before was cut off. */
    void measureOwed(long step) {
        if (validation != null && validation.measure(step)) {
            checkpoints.best(validation.best(), step);
        }
    }

    /** Measures and saves after a step, if it is time to. */
    void after(long step) {
        if (validation != null && validation.after(step)) {
            checkpoints.best(validation.best(), step);
        }
        checkpoints.after(step);
    }

    /** Whether nothing has become better for so long that the run stops. */
    boolean isExhausted() {
        return validation != null && validation.isExhausted();
    }

    /** Saves the last checkpoint of a run, which has to succeed. */
    void last(long nextStep) {
        checkpoints.last(nextStep);
    }
}
