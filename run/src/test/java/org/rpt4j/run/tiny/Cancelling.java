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
    public void stepCompleted(TrainingEvent.StepCompleted event) {
        cancelAfterTheLast(event.metrics().step());
    }

    @Override
    public void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted event) {
        cancelAfterTheLast(event.metrics().step());
    }

    private void cancelAfterTheLast(long step) {
        if (step == steps - 1) {
            handle.cancel();
        }
    }
}
