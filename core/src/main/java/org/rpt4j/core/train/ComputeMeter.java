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
    private boolean scoresThoughts;

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
        long sampled = prompts + event.rollouts().tokensGenerated();
        long bare = event.groups().stream()
                .mapToLong(group -> group.task().context().length)
                .sum();
        add(scoresThoughts ? 2 * sampled + bare : sampled, 0);
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

    /**
     * Counts what a reward reads that asks the policy how likely each thought makes the true tokens: prompt and thoughts
     * once more, and the bare context.
     */
    public ComputeMeter scoringThoughts() {
        scoresThoughts = true;
        return this;
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
