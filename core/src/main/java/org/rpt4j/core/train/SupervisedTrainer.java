package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.ContextOverflowException;

/**
 * Next-token training on plain text or on thought traces, through the primitive that reinforcement uses: the cold start
 * before it and the control beside it.
 *
 * <p>A trainer runs once, on the thread that calls {@link #run()}, and starts no other. The policy and the optimizer
 * belong to the caller. The optimizer's own warm-up must be 0: the schedule has one.
 */
public final class SupervisedTrainer {

    private final SupervisedBatches batches;
    private final Optimizer optimizer;
    private final GradientStep gradientStep;
    private final SupervisedSettings settings;
    private final RunLoop loop;

    /**
     * @throws ContextOverflowException if an example does not fit into the model's context window
     */
    public SupervisedTrainer(
            TrainablePolicy policy,
            Optimizer optimizer,
            List<SupervisedExample> examples,
            SupervisedSettings settings,
            List<TrainingListener> listeners) {
        requireFit(examples, policy.description().contextLength());
        this.batches = new SupervisedBatches(examples, settings.tokensPerStep(), settings.seed());
        this.optimizer = optimizer;
        this.gradientStep = new GradientStep(policy, optimizer);
        this.settings = settings;
        this.loop = new RunLoop(
                policy,
                optimizer,
                listeners,
                "next-token",
                settings.startStep(),
                settings.steps(),
                settings.maxSkippedSteps());
    }

    /**
     * Trains until the last step, or until cancelled. Interrupting the thread cancels too; its interrupt status is then
     * set when this returns.
     *
     * @throws org.rpt4j.api.error.NumericalException if more steps than allowed were skipped because something was not
     *     finite
     * @throws IllegalStateException at a second call, or if the optimizer has a warm-up of its own
     */
    public TrainingResult run() {
        return loop.run(this::step);
    }

    /** Ends the run before its next step. Safe from any thread, also before {@link #run()}; returns at once. */
    public void cancel() {
        loop.cancel();
    }

    private void step(long step) throws StepSkippedException {
        Stopwatch watch = new Stopwatch();
        List<SupervisedExample> batch = batches.batch(step);
        long tokens = batch.stream().mapToLong(SupervisedExample::learnedTokenCount).sum();
        List<NextTokenLoss> parts =
                TokenBudget.pack(batch, SupervisedExample::tokenCount, settings.microBatchTokens()).stream()
                        .map(part -> new NextTokenLoss(part, tokens))
                        .toList();
        double rate = settings.schedule().at(step, settings.steps());
        optimizer.setLearningRate(rate);
        GradientStep.Applied applied = gradientStep.run(parts);
        requireRate(rate, applied.optimizer().learningRate());
        SupervisedMetrics metrics = new SupervisedMetrics(
                step, applied.loss(), applied.optimizer().gradientNorm(), rate, tokens, watch.lap());
        loop.emit(new TrainingEvent.SupervisedStepCompleted(metrics, loop.progressAfter(step)));
    }

    private static void requireRate(double asked, double used) {
        if (Math.abs(used - asked) > 1e-6 * asked) {
            throw new IllegalStateException("the schedule asked for a learning rate of " + asked
                    + " and the optimizer used " + used + ". Open the optimizer with warmupSteps 0.");
        }
    }

    private static void requireFit(List<SupervisedExample> examples, int contextLength) {
        for (int i = 0; i < examples.size(); i++) {
            int tokens = examples.get(i).longestSequence();
            if (tokens > contextLength) {
                throw new ContextOverflowException("Example " + i + " has " + tokens
                        + " tokens, the model's context window has " + contextLength + ". Cut it into windows.");
            }
        }
    }
}
