package org.rpt4j.core.train;

import org.jspecify.annotations.Nullable;

/**
 * Adds up the compute of a run, by the convention of {@link ComputeCost}; a skipped step costs its rollouts. Used only
 * on the run's thread.
 *
 * @since 0.1.0
 */
public final class ComputeMeter implements TrainingListener {

    private @Nullable ComputeCost cost;
    private double flops;

    /** Creates a meter at zero. */
    public ComputeMeter() {}

    @Override
    public void runStarted(TrainingEvent.RunStarted event) {
        cost = new ComputeCost(event.model().parameterCount());
    }

    @Override
    public void rolloutsSampled(TrainingEvent.RolloutsSampled event) {
        long prompts = event.groups().stream()
                .mapToLong(group -> group.prompt().tokens().length)
                .sum();
        add(prompts + event.rollouts().tokensGenerated(), 0);
    }

    @Override
    public void stepCompleted(TrainingEvent.StepCompleted event) {
        UpdateMetrics update = event.metrics().update();
        add(0, update.updates() * update.tokensTrained());
    }

    @Override
    public void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted event) {
        add(0, event.metrics().completionTokens());
    }

    /** Adds floating-point operations of work without events, such as a search before training. */
    public void spend(double more) {
        flops += more;
    }

    /** Floating-point operations so far. */
    public double flops() {
        return flops;
    }

    private void add(long read, long updated) {
        if (cost != null) {
            flops += cost.flops(read, updated);
        }
    }
}
