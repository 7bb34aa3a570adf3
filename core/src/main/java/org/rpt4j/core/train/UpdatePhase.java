package org.rpt4j.core.train;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.objective.BatchTotals;

/** Advantages to an update of the weights: micro-batches forward and backward, one optimizer step. */
final class UpdatePhase {

    private final GradientStep gradientStep;
    private final @Nullable Policy reference;
    private final RptSettings settings;

    UpdatePhase(TrainablePolicy policy, Optimizer optimizer, @Nullable Policy reference, RptSettings settings) {
        this.gradientStep = new GradientStep(policy, optimizer);
        this.reference = reference;
        this.settings = settings;
    }

    UpdateMetrics run(LearningBatch batch) throws StepSkippedException {
        if (batch.live().isEmpty()) {
            throw new StepSkippedException(SkipReason.NO_LIVE_GROUPS);
        }
        List<MicroBatch> parts = MicroBatches.split(batch.live(), settings.microBatchTokens());
        UpdateMetrics first = update(parts, batch.totals(), settings.logProbGapLimit());
        UpdateMetrics last = first;
        for (int update = 1; update < settings.updatesPerBatch(); update++) {
            last = update(parts, batch.totals(), Double.POSITIVE_INFINITY);
        }
        return new UpdateMetrics(
                last.loss(),
                last.gradientNorm(),
                last.learningRate(),
                first.logProbGap(),
                last.clippedShare(),
                last.tokensTrained(),
                last.microBatches(),
                last.largestMicroBatch());
    }

    private UpdateMetrics update(List<MicroBatch> parts, BatchTotals totals, double gapLimit)
            throws StepSkippedException {
        double temperature = settings.sampling().temperature();
        List<SurrogateLoss> losses = parts.stream()
                .map(part -> new SurrogateLoss(part, temperature, totals, settings.objective(), reference, gapLimit))
                .toList();
        GradientStep.Applied applied = gradientStep.run(losses);
        long tokens = losses.stream().mapToLong(l -> l.tokens().completionTokenCount()).sum();
        long clipped = losses.stream().mapToLong(SurrogateLoss::clippedTokens).sum();
        return new UpdateMetrics(
                applied.loss(),
                applied.optimizer().gradientNorm(),
                applied.optimizer().learningRate(),
                losses.stream().mapToDouble(SurrogateLoss::gap).max().orElse(0),
                (double) clipped / tokens,
                tokens,
                parts.size(),
                parts.stream().mapToInt(MicroBatch::tokenCount).max().orElse(0));
    }
}
