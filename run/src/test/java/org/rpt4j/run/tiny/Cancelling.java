package org.rpt4j.run.tiny;

import org.rpt4j.core.train.Trainer;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.run.launch.RunObserver;

/** Cancels after so many steps. */
public final class Cancelling implements RunObserver {

    private final long steps;
    private Trainer handle;

    public Cancelling(long steps) {
        this.steps = steps;
    }

    @Override
    public void training(Trainer trainer) {
        handle = trainer;
    }

    @Override
    public void on(TrainingEvent event) {
        boolean done = event instanceof TrainingEvent.StepCompleted step
                        && step.metrics().step() == steps - 1
                || event instanceof TrainingEvent.SupervisedStepCompleted plain
                        && plain.metrics().step() == steps - 1;
        if (done) {
            handle.cancel();
        }
    }
}
