package org.rpt4j.run.study;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.train.ComputeMeter;
import org.rpt4j.core.train.Trainer;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.StepRecord;
import org.rpt4j.run.directory.StepValues;

/** Ends a run after the step in which it has spent its compute. */
final class BudgetWatch implements TrainingListener {

    private final Supplier<RecordedRun> recorded;
    private final double flops;
    private final ComputeMeter meter;
    private @Nullable Trainer trainer;

    /**
     * @param recorded the run, for what it spent before it was interrupted
     * @param flops compute that it may spend
     * @param meter counts as the record of the run does
     */
    BudgetWatch(Supplier<RecordedRun> recorded, double flops, ComputeMeter meter) {
        this.recorded = recorded;
        this.flops = flops;
        this.meter = meter;
    }

    /** A run continues: what it has spent counts. */
    void resuming(long nextStep) {
        if (nextStep > 0) {
            meter.spend(spent(recorded.get().steps().stream()
                    .filter(step -> step.step() < nextStep)
                    .toList()));
        }
    }

    void training(Trainer running) {
        trainer = running;
        stopIfSpent();
    }

    /** Floating-point operations of recorded steps. */
    static double spent(List<StepRecord> steps) {
        return steps.stream()
                .mapToDouble(step -> step.value(StepValues.COMPUTE))
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    @Override
    public void runStarted(TrainingEvent.RunStarted event) {
        meter.runStarted(event);
    }

    @Override
    public void rolloutsSampled(TrainingEvent.RolloutsSampled event) {
        meter.rolloutsSampled(event);
    }

    @Override
    public void stepCompleted(TrainingEvent.StepCompleted event) {
        meter.stepCompleted(event);
        stopIfSpent();
    }

    @Override
    public void stepSkipped(TrainingEvent.StepSkipped event) {
        stopIfSpent();
    }

    private void stopIfSpent() {
        if (trainer != null && meter.flops() >= flops) {
            trainer.cancel();
        }
    }
}
