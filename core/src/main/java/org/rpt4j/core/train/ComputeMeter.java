package org.rpt4j.core.train;

import org.jspecify.annotations.Nullable;

/**
 * Adds up what a run costs, by the convention of {@link ComputeCost}; a step that is skipped costs its rollouts. Used
 * by one thread, that of the run.
 */
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
            UpdateMetrics update = completed.metrics().update();
            add(0, update.updates() * update.tokensTrained());
        } else if (event instanceof TrainingEvent.SupervisedStepCompleted completed) {
            add(0, completed.metrics().completionTokens());
        }
    }

    /** Adds floating point operations of work that has no event, such as a search before training. */
    public void spend(double more) {
        flops += more;
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
