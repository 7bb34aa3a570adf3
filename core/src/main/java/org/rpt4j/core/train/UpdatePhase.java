package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.PolicyLoss;

/** Turns advantages into a weight update: forward and backward over micro-batches, then one optimizer step. */
final class UpdatePhase {

    private static final List<TokenPass> TOGETHER = List.of(TokenPass.ALL);
    private static final List<TokenPass> ISOLATED = List.of(TokenPass.RARE, TokenPass.COMMON);

    private final TrainablePolicy policy;
    private final UpdateAttempts attempts;
    private final ScheduledRate rate;
    private final References references;
    private final RptSettings settings;

    UpdatePhase(
            TrainablePolicy policy,
            Optimizer optimizer,
            References references,
            RptSettings settings,
            Consumer<TrainingEvent> events,
            int passTokens) {
        this.policy = policy;
        this.attempts =
                new UpdateAttempts(new GradientStep(policy, optimizer, settings.gradientShards()), events, passTokens);
        this.rate = new ScheduledRate(optimizer, settings.schedule(), settings.steps());
        this.references = references;
        this.settings = settings;
    }

    int passTokens() {
        return attempts.reducedTokens();
    }

    UpdateMetrics run(LearningBatch batch, long step) throws StepSkippedException {
        List<MicroBatchLoss> losses = losses(batch, step);
        if (losses.isEmpty()) {
            throw new StepSkippedException(SkipReason.NO_LIVE_GROUPS);
        }
        rate.set(step);
        List<TokenPass> passes = settings.objective().loss().isolationThreshold() > 0 ? ISOLATED : TOGETHER;
        int updates = 0;
        UpdateAttempts.@Nullable Made made = null;
        for (int update = 0; update < settings.updatesPerBatch(); update++) {
            for (TokenPass pass : passes) {
                List<? extends MicroBatchLoss> parts = made == null ? losses : made.losses();
                if (restrict(parts, pass)) {
                    made = attempts.run(parts, step);
                    updates++;
                }
            }
        }
        if (made == null) {
            throw new StepSkippedException(SkipReason.NO_LIVE_GROUPS);
        }
        rate.requireUsed(step, made.applied().optimizer());
        return metrics(
                made.losses(), updates, made.applied(), settings.objective().loss());
    }

    /** The objective with the weight of its entropy bonus for the mean entropy of the rollouts that are learned. */
    private static Objective withBonus(Objective objective, LearningBatch batch) {
        PolicyLoss loss = objective.loss();
        if (loss.entropyWeight() == 0 || loss.entropyTarget() == Double.POSITIVE_INFINITY) {
            return objective;
        }
        double entropy = -batch.live().stream()
                .flatMap(group -> group.members().stream())
                .flatMapToDouble(member -> Arrays.stream(member.rollout().logProbs()))
                .average()
                .orElse(0);
        return objective.toBuilder()
                .loss(loss.toBuilder()
                        .entropyWeight(loss.entropyWeightAt(entropy))
                        .build())
                .build();
    }

    /** Restricts the rollouts of an optimizer step to the tokens of a pass; false if it would learn nothing. */
    private static boolean restrict(List<? extends MicroBatchLoss> parts, TokenPass pass) {
        boolean any = false;
        for (MicroBatchLoss part : parts) {
            any |= !(part instanceof SurrogateLoss surrogate) || surrogate.restrictTo(pass);
        }
        return any;
    }

    /** Rollouts first, then text, so that the totals of both are those of the step. */
    private List<MicroBatchLoss> losses(LearningBatch batch, long step) {
        int passTokens = attempts.tokens(settings.microBatchTokens());
        List<MicroBatchLoss> losses = new ArrayList<>(
                surrogates(batch, withBonus(settings.objectiveAt(step), batch), references.at(step), passTokens));
        losses.addAll(
                NextTokenLoss.of(batch.text(), settings.objective().corpus().weight(), passTokens));
        return losses;
    }

    private List<SurrogateLoss> surrogates(
            LearningBatch batch, Objective objective, @Nullable Policy reference, int passTokens) {
        LogProbGap.Gate gate = new LogProbGap.Gate(policy.version(), settings.logProbGapLimit());
        double temperature = settings.sampling().temperature();
        return MicroBatches.split(batch.live(), passTokens).stream()
                .map(part -> new SurrogateLoss(part, temperature, batch.totals(), objective, reference, gate))
                .toList();
    }

    private static UpdateMetrics metrics(
            List<? extends MicroBatchLoss> losses, int updates, GradientStep.Applied last, PolicyLoss loss) {
        List<SurrogateLoss> surrogates = losses.stream()
                .filter(SurrogateLoss.class::isInstance)
                .map(SurrogateLoss.class::cast)
                .toList();
        long clipped =
                surrogates.stream().mapToLong(SurrogateLoss::clippedTokens).sum();
        SamplerDrift drift = new SamplerDrift(loss);
        if (loss.correctsSampler()) {
            surrogates.forEach(surrogate -> surrogate.addTo(drift));
        }
        return new UpdateMetrics(
                last.loss(),
                last.optimizer().gradientNorm(),
                last.optimizer().learningRate(),
                surrogates.stream().mapToDouble(SurrogateLoss::gap).max().orElse(0),
                surrogates.isEmpty() ? 0 : (double) clipped / completionTokens(surrogates),
                updates,
                completionTokens(losses),
                losses.size(),
                losses.stream()
                        .mapToInt(part -> part.tokens().tokenCount())
                        .max()
                        .orElse(0),
                drift.metrics());
    }

    private static long completionTokens(List<? extends MicroBatchLoss> losses) {
        return losses.stream()
                .mapToLong(loss -> loss.tokens().completionTokenCount())
                .sum();
    }
}
