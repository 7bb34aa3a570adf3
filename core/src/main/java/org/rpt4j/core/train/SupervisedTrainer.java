package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.phase.PhaseSpan;

/**
 * Next-token training on plain text or on thought traces, through the same differentiable primitive as reinforcement:
 * the cold start before it and the baseline to compare it with.
 *
 * <p>A trainer runs once, on the thread that calls {@link #run()}, and starts no other threads. The caller opens and
 * closes the policy and the optimizer. The optimizer's own warm-up must be 0, because the schedule has one.
 *
 * @since 0.1.0
 */
public final class SupervisedTrainer extends Trainer {

    private final SupervisedBatches batches;
    private final ScheduledRate rate;
    private final UpdateAttempts attempts;
    private final SupervisedSettings settings;

    SupervisedTrainer(
            TrainablePolicy policy,
            Optimizer optimizer,
            List<SupervisedExample> examples,
            SupervisedSettings settings,
            RunPlan plan) {
        super(new RunLoop(policy, optimizer, plan));
        requireFit(examples, policy.description().contextLength());
        this.batches = new SupervisedBatches(examples, settings.tokensPerStep(), settings.seed());
        this.rate = new ScheduledRate(optimizer, settings.schedule(), settings.steps());
        this.attempts = new UpdateAttempts(
                new GradientStep(policy, optimizer), loop::emit, plan.start().passTokens());
        this.settings = settings;
    }

    /** Returns a new builder. */
    public static SupervisedTrainerBuilder builder() {
        return new SupervisedTrainerBuilder();
    }

    @Override
    int passTokens() {
        return attempts.reducedTokens();
    }

    @Override
    void step(long step) throws StepSkippedException {
        Stopwatch watch = new Stopwatch();
        List<SupervisedExample> batch = batches.batch(step);
        long tokens =
                batch.stream().mapToLong(SupervisedExample::learnedTokenCount).sum();
        int passTokens = attempts.tokens(settings.microBatchTokens());
        List<NextTokenLoss> parts = TokenBudget.pack(batch, SupervisedExample::tokenCount, passTokens).stream()
                .map(part -> new NextTokenLoss(part, tokens))
                .toList();
        rate.set(step);
        GradientStep.Applied applied = update(step, parts, tokens);
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

    private GradientStep.Applied update(long step, List<NextTokenLoss> parts, long tokens) throws StepSkippedException {
        try (PhaseSpan span = PhaseSpan.begin(Phase.UPDATE, step)) {
            span.count(parts.size(), tokens);
            return attempts.run(parts, NextTokenLoss::split, step).applied();
        }
    }

    private static void requireFit(List<SupervisedExample> examples, int contextLength) {
        for (int i = 0; i < examples.size(); i++) {
            int tokens = examples.get(i).longestSequence();
            if (tokens > contextLength) {
                throw new ContextOverflowException("Example " + i + " has " + tokens
                        + " tokens, the model's context window has " + contextLength + ". Split it into windows.");
            }
        }
    }
}
