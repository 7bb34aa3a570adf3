package org.rpt4j.core.eval;

import org.jspecify.annotations.Nullable;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;

/** Adds up what a run costs, by the convention of {@link ComputeCost}. Used by one thread, that of the run. */
public final class ComputeMeter implements TrainingListener {

    private @Nullable ComputeCost cost;
    private double flops;

    @Override
    public void on(TrainingEvent event) {
        if (event instanceof TrainingEvent.RunStarted started) {
            cost = new ComputeCost(started.model().parameterCount());
        } else if (event instanceof TrainingEvent.RolloutsSampled sampled) {
            long prompts = sampled.groups().stream()
                    .mapToLong(group -> group.prompt().tokens().length)
                    .sum();
            add(prompts + sampled.rollouts().tokensGenerated(), 0);
        } else if (event instanceof TrainingEvent.StepCompleted completed) {
            add(0, completed.metrics().update().tokensTrained());
        } else if (event instanceof TrainingEvent.SupervisedStepCompleted completed) {
            add(0, completed.metrics().completionTokens());
        }
    }

    /** Floating point operations so far. */
    public double flops() {
        return flops;
    }

    private void add(long read, long updated) {
        if (cost != null) {
            flops += cost.flops(read, updated);
        }
    }
}
