package org.rpt4j.backend.djl;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.MemoryUse;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Workload;
import org.rpt4j.model.format.Adapter;
import org.rpt4j.model.format.ModelConfigReader;

/**
 * The memory that libtorch needs for a model and its work: the tensors kept between calls, those that autograd saves
 * for the backward pass, and the largest temporaries that exist at the same time.
 */
final class MemoryPlan {

    private static final long FLOAT = Float.BYTES;

    /** Code of libtorch, the compiled program and small blocks, which become resident with the first calls. */
    private static final long RUNTIME = 44L << 20;

    /** The same for autograd. */
    private static final long RUNTIME_OF_TRAINING = 30L << 20;

    private final TensorSizes sizes;
    private final BackendOptions options;
    private final AllocatorHoles holes = AllocatorHoles.here();
    private final Map<MemoryUse, Long> kept = new EnumMap<>(MemoryUse.class);

    private MemoryPlan(TensorSizes sizes, BackendOptions options) {
        this.sizes = sizes;
        this.options = options;
    }

    static MemoryEstimate of(ModelSource source, BackendOptions options, List<Workload> work) {
        TensorSizes sizes = new TensorSizes(ModelConfigReader.read(source), options.precision(), Adapter.form(source));
        MemoryPlan plan = new MemoryPlan(sizes, options);
        boolean trains = work.stream().anyMatch(each -> each.operation() == Capability.TRAIN);
        boolean infers = work.stream().anyMatch(each -> each.operation() != Capability.TRAIN);
        boolean adapts = trains && source.adapter().isPresent();
        long weights = FLOAT * sizes.weights();
        long trained = adapts ? FLOAT * sizes.adapterWeights() : weights;
        plan.kept.put(MemoryUse.WEIGHTS, adapts ? sizes.frozenWeights() + trained : weights);
        plan.kept.put(
                MemoryUse.RUNTIME, RUNTIME + (trains ? RUNTIME_OF_TRAINING : 0) + FLOAT * plan.sizes.rotaryTables());
        if (trains) {
            plan.kept.put(MemoryUse.GRADIENTS, trained);
            plan.kept.put(MemoryUse.OPTIMIZER, 2 * trained);
        }
        if (infers && !adapts && options.precision() == Precision.BF16) {
            plan.kept.put(MemoryUse.WEIGHT_COPIES, weights / 2);
        }
        return new MemoryEstimate(
                Device.CPU, plan.kept, work.stream().map(plan::during).toList(), Optional.empty());
    }

    private Map<MemoryUse, Long> during(Workload work) {
        return switch (work.operation()) {
            case SCORE -> inference(passOf(work));
            case LOG_PROBS -> inference(work);
            case GENERATE, DECODE -> rollouts(work);
            case TRAIN, ADAPT, GRADIENTS -> training(work);
        };
    }

    private static Workload passOf(Workload scoring) {
        int together = Math.max(1, DjlProxyScorer.TOKENS_PER_PASS / scoring.promptTokens());
        return new Workload(Capability.SCORE, Math.min(scoring.prompts(), together), 0, scoring.promptTokens(), 0);
    }

    /** First the layers, then the head; the tensors of one are freed before the other begins. */
    private Map<MemoryUse, Long> inference(Workload pass) {
        long layers = sizes.layerInPassing(pass);
        long hidden = sizes.hidden(pass.predictedTokens());
        long logits = sizes.chunks(pass.predictedTokens());
        long unused = holes.ofPass(sizes.widest(pass), Math.max(layers, hidden + logits));
        return layers > hidden + logits
                ? Map.of(MemoryUse.ACTIVATIONS, layers, MemoryUse.HOLES, unused)
                : Map.of(MemoryUse.ACTIVATIONS, hidden, MemoryUse.LOGITS, logits, MemoryUse.HOLES, unused);
    }

    private Map<MemoryUse, Long> rollouts(Workload work) {
        int groups = Math.min(work.prompts(), Math.max(1, options.maxSequences() / work.completions()));
        long sequences = (long) groups * work.completions();
        int prefilled = Math.max(1, Math.min(groups, RolloutEngine.PREFILL_TOKENS / work.promptTokens()));
        Workload prefill = new Workload(Capability.SCORE, prefilled, 0, work.promptTokens(), 0);
        long first = sizes.layerInPassing(prefill) + sizes.sampling(prefilled, (long) prefilled * work.completions());
        long decode = sizes.decodeInPassing(sequences, work.promptTokens() + work.completionTokens())
                + sizes.sampling(sequences, sequences);
        long cache = sizes.cache(groups, work.promptTokens(), sequences, work.completionTokens());
        long activations = Math.max(first, decode);
        return Map.of(
                MemoryUse.KV_CACHE, cache,
                MemoryUse.ACTIVATIONS, activations,
                MemoryUse.HOLES, holes.ofDecoding(cache + activations));
    }

    private Map<MemoryUse, Long> training(Workload work) {
        long saved = options.recomputeActivations()
                ? sizes.layerInputs(work) + sizes.savedByLayer(work)
                : sizes.savedByAll(work);
        boolean adapts = sizes.adapter().isPresent();
        long activations = saved + (adapts ? sizes.savedByAdapter(work, options) : sizes.castWeights());
        long ofHead = adapts ? 0 : sizes.headGradients();
        long logits = sizes.chunks(work.predictedTokens()) + 2 * ofHead;
        return Map.of(
                MemoryUse.ACTIVATIONS, activations,
                MemoryUse.LOGITS, logits,
                MemoryUse.HOLES, holes.ofTraining(sizes.widest(work), ofHead, activations + logits));
    }
}
