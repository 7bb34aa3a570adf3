package org.rpt4j.core.train;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TrainablePolicy;

/** Turns advantages into a weight update: forward and backward over micro-batches, then one optimizer step. */
final class UpdatePhase {

    private final TrainablePolicy policy;
    private final UpdateAttempts attempts;
    private final ScheduledRate rate;
    private final @Nullable Policy reference;
    private final RptSettings settings;

    UpdatePhase(
            TrainablePolicy policy,
            Optimizer optimizer,
            @Nullable Policy reference,
            RptSettings settings,
            Consumer<TrainingEvent> events,
            int passTokens) {
        this.policy = policy;
        this.attempts = new UpdateAttempts(new GradientStep(policy, optimizer), events, passTokens);
        this.rate = new ScheduledRate(optimizer, settings.schedule(), settings.steps());
        this.reference = reference;
        this.settings = settings;
    }

    int passTokens() {
        return attempts.reducedTokens();
    }

    UpdateMetrics run(LearningBatch batch, long step) throws StepSkippedException {
        if (batch.live().isEmpty()) {
            throw new StepSkippedException(SkipReason.NO_LIVE_GROUPS);
        }
        List<SurrogateLoss> losses = losses(batch);
        rate.set(step);
        UpdateAttempts.Made<SurrogateLoss> made = attempts.run(losses, SurrogateLoss::split, step);
        for (int update = 1; update < settings.updatesPerBatch(); update++) {
            made = attempts.run(made.losses(), SurrogateLoss::split, step);
        }
        rate.requireUsed(step, made.applied().optimizer());
        return metrics(made.losses(), settings.updatesPerBatch(), made.applied());
    }

    private List<SurrogateLoss> losses(LearningBatch batch) {
        LogProbGap.Gate gate = new LogProbGap.Gate(policy.version(), settings.logProbGapLimit());
        double temperature = settings.sampling().temperature();
        return MicroBatches.split(batch.live(), attempts.tokens(settings.microBatchTokens())).stream()
                .map(part ->
                        new SurrogateLoss(part, temperature, batch.totals(), settings.objective(), reference, gate))
                .toList();
    }

    private static UpdateMetrics metrics(List<SurrogateLoss> losses, int updates, GradientStep.Applied last) {
        long tokens = losses.stream()
                .mapToLong(l -> l.tokens().completionTokenCount())
                .sum();
        long clipped = losses.stream().mapToLong(SurrogateLoss::clippedTokens).sum();
        return new UpdateMetrics(
                last.loss(),
                last.optimizer().gradientNorm(),
                last.optimizer().learningRate(),
                losses.stream().mapToDouble(SurrogateLoss::gap).max().orElse(0),
                (double) clipped / tokens,
                updates,
                tokens,
                losses.size(),
                losses.stream().mapToInt(l -> l.tokens().tokenCount()).max().orElse(0));
    }
}
