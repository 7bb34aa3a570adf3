package org.rpt4j.core.train;

import java.util.List;
import org.jspecify.annotations.Nullable;
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
public final class SupervisedTrainer implements Trainer {

    private final SupervisedBatches batches;
    private final ScheduledRate rate;
    private final GradientStep gradientStep;
    private final SupervisedSettings settings;
    private final RunLoop loop;

    /**
     * A trainer that saves and measures nothing.
     *
     * @throws ContextOverflowException if an example does not fit into the model's context window
     */
    public SupervisedTrainer(
            TrainablePolicy policy,
            Optimizer optimizer,
            List<SupervisedExample> examples,
            SupervisedSettings settings,
            List<TrainingListener> listeners) {
        this(policy, optimizer, examples, settings, listeners, Checkpoints.NONE, null);
    }

    /**
     * @param validation what to measure between steps; null for nothing
     * @throws ContextOverflowException if an example does not fit into the model's context window
     */
    public SupervisedTrainer(
            TrainablePolicy policy,
            Optimizer optimizer,
            List<SupervisedExample> examples,
            SupervisedSettings settings,
            List<TrainingListener> listeners,
            Checkpoints checkpoints,
            @Nullable Validation validation) {
        requireFit(examples, policy.description().contextLength());
        this.batches = new SupervisedBatches(examples, settings.tokensPerStep(), settings.seed());
        this.rate = new ScheduledRate(optimizer, settings.schedule(), settings.steps());
        this.gradientStep = new GradientStep(policy, optimizer);
        this.settings = settings;
        this.loop = new RunLoop(policy, optimizer, new RunPlan(
                "next-token",
                settings.startStep(),
                settings.steps(),
                settings.maxSkippedSteps(),
                listeners,
                checkpoints,
                validation));
    }

    @Override
    public TrainingResult run() {
        return loop.run(this::step);
    }

    @Override
    public void cancel() {
        loop.control().cancel();
    }

    @Override
    public void pause() {
        loop.control().pause();
    }

    @Override
    public void resume() {
        loop.control().resume();
    }

    @Override
    public Progress progress() {
        return loop.progress();
    }

    private void step(long step) throws StepSkippedException {
        Stopwatch watch = new Stopwatch();
        List<SupervisedExample> batch = batches.batch(step);
        long tokens = batch.stream().mapToLong(SupervisedExample::learnedTokenCount).sum();
        List<NextTokenLoss> parts =
                TokenBudget.pack(batch, SupervisedExample::tokenCount, settings.microBatchTokens()).stream()
                        .map(part -> new NextTokenLoss(part, tokens))
                        .toList();
        rate.set(step);
        GradientStep.Applied applied = gradientStep.run(parts);
        rate.requireUsed(step, applied.optimizer());
        SupervisedMetrics metrics = new SupervisedMetrics(
                step,
                applied.loss(),
                applied.optimizer().gradientNorm(),
                settings.schedule().at(step, settings.steps()),
                tokens,
                watch.lap());
        loop.emit(new TrainingEvent.SupervisedStepCompleted(metrics, loop.progressAfter(step)));
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
