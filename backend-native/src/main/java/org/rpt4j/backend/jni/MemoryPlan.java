package org.rpt4j.backend.jni;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.MemoryUse;
import org.rpt4j.api.Precision;
import org.rpt4j.api.RolloutPrecision;
import org.rpt4j.api.Workload;

/**
 * How much of the engine's budget a model needs for all of its work. Workspaces are kept between passes; a run frees
 * its cache, which is as large as the budget allows, when it ends.
 */
final class MemoryPlan {

    private final MemoryShape shape;
    private final BackendOptions options;
    private final long budget;
    private final boolean hasInt8Rollouts;
    private final Map<MemoryUse, Long> kept = new EnumMap<>(MemoryUse.class);
    /** Left-hand sides, which all passes of a model share. */
    private long rounded;
    /** Scratch memory, which they share, too. */
    private long scratch;

    private MemoryPlan(MemoryShape shape, BackendOptions options, long budget, Role role) {
        this.shape = shape;
        this.options = options;
        this.budget = budget;
        this.hasInt8Rollouts = role == Role.TRAINABLE_POLICY && options.rolloutPrecision() == RolloutPrecision.INT8;
    }

    /** Estimates the memory for a list of work, entry by entry; {@code budget} is the engine's. */
    static MemoryEstimate of(MemoryShape shape, BackendOptions options, long budget, List<Workload> work) {
        MemoryPlan plan = new MemoryPlan(shape, options, budget, Role.of(work));
        plan.keep(MemoryUse.WEIGHTS, shape.weights());
        plan.keep(MemoryUse.RUNTIME, shape.rotaryTable());
        plan.keep(MemoryUse.WEIGHT_COPIES, shape.copies());
        if (plan.hasInt8Rollouts) {
            plan.keep(MemoryUse.WEIGHT_COPIES, shape.roundedCopies());
        }
        shape.adapter().ifPresent(adapter -> plan.keep(MemoryUse.WEIGHTS, adapter.weights()));
        work.forEach(plan::keepWhatStays);
        plan.keep(MemoryUse.ACTIVATIONS, plan.rounded + plan.scratch);
        return new MemoryEstimate(
                Device.CPU,
                plan.kept,
                work.stream().map(plan::during).toList(),
                Optional.of(new MemoryEstimate.Limit(budget, "system property " + EngineSettings.MEMORY)));
    }

    private void keep(MemoryUse use, long bytes) {
        kept.merge(use, bytes, Long::sum);
    }

    private void share(long roundedRows, long scratchMemory) {
        rounded = Math.max(rounded, roundedRows);
        scratch = Math.max(scratch, scratchMemory);
    }

    private void keepWhatStays(Workload work) {
        switch (work.operation()) {
            case GENERATE, DECODE -> {
                long rows = rowsOfRun(work, Math.min(options.maxSequences(), work.sequences()));
                share(shape.rounded(rows, rows), shape.attentionScratch(rows));
                if (hasInt8Rollouts) {
                    share(shape.roundedForInt8(rows, rows), shape.roundingScratch());
                }
            }
            case TRAIN, ADAPT, GRADIENTS -> keepTraining(work);
            case LOG_PROBS, SCORE -> keepPass(work);
        }
    }

    private void keepTraining(Workload work) {
        TrainingParts parts = TrainingParts.of(work, options.recomputeActivations() && !options.layerwiseUpdates());
        long rows = parts.rows();
        long predicted = parts.predicted();
        keep(MemoryUse.GRADIENTS, options.layerwiseUpdates() ? shape.pieceGradients() : shape.trained());
        keep(MemoryUse.OPTIMIZER, options.moments() == Precision.BF16 ? shape.trained() : 2 * shape.trained());
        keep(MemoryUse.WEIGHT_COPIES, shape.packedBackward());
        keep(MemoryUse.ACTIVATIONS, shape.training(parts, options.recomputeActivations()) + trainingPages(work, parts));
        keep(MemoryUse.LOGITS, shape.logits(predicted) + shape.logitGradients(predicted));
        share(
                shape.roundedWithGradients(rows, predicted),
                Math.max(shape.attentionScratch(rows), shape.gradientScratch(rows, predicted)));
    }

    /** The number of tokens in a pass is bounded, unless a single group has more. */
    private void keepPass(Workload work) {
        long perPrompt = work.tokens() / work.prompts();
        long most = work.operation() == Capability.SCORE
                ? NativeProxyScorer.TOKENS_PER_PASS
                : PolicyComputation.TOKENS_PER_PASS;
        int prompts = (int) Math.max(1, Math.min(work.prompts(), most / perPrompt));
        Workload pass = new Workload(
                work.operation(), prompts, work.completions(), work.promptTokens(), work.completionTokens());
        long rows = pass.tokens();
        keep(MemoryUse.ACTIVATIONS, shape.inference(rows) + passPages(pass));
        keep(MemoryUse.LOGITS, shape.logits(pass.predictedTokens()));
        share(shape.rounded(rows, pass.predictedTokens()), shape.attentionScratch(rows));
    }

    /** Keys and values of a pass with gradients; the backward pass has a second, transposed copy of a layer's. */
    private long trainingPages(Workload work, TrainingParts parts) {
        if (!parts.divided()) {
            return 2 * passPages(work);
        }
        long completions = parts.completions() * shape.pages(work.completionTokens());
        long prompts = Math.min(work.prompts(), parts.completions() / work.completions() + 2);
        return shape.cachePages(work.prompts() * shape.pages(work.promptTokens()) + completions)
                + shape.passPages(prompts * shape.pages(work.promptTokens()) + completions);
    }

    private long passPages(Workload work) {
        return shape.passPages(work.prompts()
                * (shape.pages(work.promptTokens()) + work.completions() * shape.pages(work.completionTokens())));
    }

    private Map<MemoryUse, Long> during(Workload work) {
        if (work.operation() != Capability.GENERATE) {
            return Map.of();
        }
        long left = budget - kept.values().stream().mapToLong(Long::longValue).sum();
        int most = (int) Math.min(options.maxSequences(), work.sequences());
        int least = 1;
        while (least < most) {
            int middle = least + (most - least + 1) / 2;
            if (reserved(work, middle) <= left) {
                least = middle;
            } else {
                most = middle - 1;
            }
        }
        return run(work, least);
    }

    /** Memory of a run that decodes {@code sequences} rollouts at a time, as {@link CachePlan} reserves it. */
    private Map<MemoryUse, Long> run(Workload work, int sequences) {
        int open = Math.min(sequences, work.prompts());
        long pages = open * shape.pages(work.promptTokens()) + sequences * shape.pages(work.completionTokens());
        long rows = rowsOfRun(work, sequences);
        return Map.of(
                MemoryUse.KV_CACHE, shape.cachePages(pages),
                MemoryUse.ACTIVATIONS, shape.inference(rows) + shape.lastStreams(sequences + open),
                MemoryUse.LOGITS, shape.logits(sequences));
    }

    /** What the engine requires for a run. It counts logits for every row of a pass, but only rollouts use them. */
    private long reserved(Workload work, int sequences) {
        long used = run(work, sequences).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return used - shape.logits(sequences) + shape.logits(rowsOfRun(work, sequences));
    }

    /** Maximum tokens in one pass of a run. */
    private static long rowsOfRun(Workload work, long sequences) {
        return Math.max(sequences, Math.min(CachePlan.PREFILL_TOKENS, (long) work.prompts() * work.promptTokens()));
    }
}
