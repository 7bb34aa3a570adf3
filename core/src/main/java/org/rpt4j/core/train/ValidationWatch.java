package org.rpt4j.core.train;

import java.util.function.Consumer;

/** Follows the metric of a run: what was best, and for how long nothing was better. */
final class ValidationWatch {

    private final Validation validation;
    private final long steps;
    private final Consumer<TrainingEvent> events;
    private long bestStep = -1;
    private double best = Double.NaN;
    private int withoutImprovement;

    ValidationWatch(Validation validation, long steps, Consumer<TrainingEvent> events) {
        this.validation = validation;
        this.steps = steps;
        this.events = events;
    }

    /** Measures if it is time to; returns whether the run should stop. */
    boolean after(long step) {
        long done = step + 1;
        if (done % validation.everySteps() != 0 && done != steps) {
            return false;
        }
        double value = validation.measure().getAsDouble();
        boolean better = !Double.isNaN(value)
                && (bestStep < 0 || validation.direction().isBetter(value, best));
        if (better) {
            best = value;
            bestStep = step;
            withoutImprovement = 0;
            validation.best().save(done);
        } else {
            withoutImprovement++;
        }
        events.accept(new TrainingEvent.Validated(step, validation.metric(), value, bestStep, best));
        return validation.patience() > 0 && withoutImprovement >= validation.patience();
    }
}
