package org.rpt4j.core.train;

import java.util.function.Consumer;

/** Tracks the metric of a run: its best value and the time since then. */
final class ValidationWatch {

    private final Validation validation;
    private final long steps;
    private final Consumer<TrainingEvent> events;
    private TrainerState.ValidationState state;

    ValidationWatch(
            Validation validation, long steps, TrainerState.ValidationState state, Consumer<TrainingEvent> events) {
        this.validation = validation;
        this.steps = steps;
        this.state = state;
        this.events = events;
    }

    TrainerState.ValidationState state() {
        return state;
    }

    /** The action that saves the best weights so far. */
    Checkpoints.Action best() {
        return validation.best();
    }

    /** Whether a measurement was started but not finished. */
    boolean isOwed() {
        return state.owed();
    }

    /** Measures if due; returns whether the current weights are the best. */
    boolean after(long step) {
        long done = step + 1;
        return (done % validation.everySteps() == 0 || done == steps) && measure(step);
    }

    /** Measures; returns whether the current weights are the best. */
    boolean measure(long step) {
        state = state.thatIsOwed();
        double value = validation.measure().getAsDouble();
        boolean better = !Double.isNaN(value)
                && (state.bestStep() < 0 || validation.direction().isBetter(value, state.best()));
        state = better
                ? new TrainerState.ValidationState(step, value, 0)
                : new TrainerState.ValidationState(state.bestStep(), state.best(), state.withoutImprovement() + 1);
        events.accept(new TrainingEvent.Validated(step, validation.metric(), value, state.bestStep(), state.best()));
        return better;
    }

    /** Whether the metric has not improved for so long that the run should stop. */
    boolean isExhausted() {
        return validation.patience() > 0 && state.withoutImprovement() >= validation.patience();
    }
}
