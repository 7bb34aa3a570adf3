package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.MemoryUse;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Workload;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.Contradictions;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.ObjectiveKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.ScoringKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.config.section.ValidationKeys;

/**
 * The needs of every phase of a run, as far as they are known: memory after the backend's estimate of the largest call
 * of each kind, the Java heap and the disk after the size of a checkpoint.
 *
 * <p>The policy is opened after the proxy is closed. While it trains, the reference of a penalty is open beside it and
 * may answer, and the copy of a checkpoint may wait in the heap to be written.
 */
final class PhaseNeeds {

    private static final int FLOAT = 4;
    private static final int MOMENTS = 2;
    private static final String COPY = "copy of a checkpoint";
    private static final String SHARDS = "sum of gradient shards";

    private final RunConfiguration configuration;
    private final Backend backend;
    private final Machine machine;
    private final ModelSource policy;
    private final Sizes sizes;

    /**
     * What follows from the models of the run.
     *
     * @param promptTokens most tokens of one prompt
     * @param windowTokens most tokens that the proxy scores at a time
     * @param askedTokens tokens after a thought that the reward asks the policy about; 0 if it does not
     * @param parameters that are trained
     */
    record Sizes(int promptTokens, int windowTokens, int askedTokens, long parameters) {}

    PhaseNeeds(RunConfiguration configuration, Backend backend, Machine machine, ModelSource policy, Sizes sizes) {
        this.configuration = configuration;
        this.backend = backend;
        this.machine = machine;
        this.policy = policy;
        this.sizes = sizes;
    }

    /** A call of the policy and the name of its phase. */
    private record Work(String phase, Workload call, String advice) {}

    /** In the order of the run; without those that the backend does not estimate. */
    List<PhaseNeed> all() {
        List<PhaseNeed> needs = new ArrayList<>();
        if (CorpusKeys.areScored(configuration)) {
            backend.estimateMemory(configuration.model(ModelKeys.PROXY), List.of(scoring()))
                    .ifPresent(proxy -> needs.add(
                            need("scoring", proxy, 0, Map.of(), Map.of(), "Lower " + ScoringKeys.WINDOW_TOKENS)));
        }
        List<Work> work = work();
        backend.estimateMemory(policy, work.stream().map(Work::call).toList()).ifPresent(learner -> {
            Optional<MemoryEstimate> reference = reference();
            Map<String, Long> beside =
                    reference.map(open -> of("reference's ", open.kept())).orElse(Map.of());
            Map<String, Long> answering =
                    reference.map(open -> of("reference's ", open.peak(0))).orElse(Map.of());
            for (int i = 0; i < work.size(); i++) {
                boolean trains = work.get(i).call().operation() == Capability.TRAIN;
                needs.add(need(
                        work.get(i).phase(),
                        learner,
                        i,
                        beside,
                        trains ? answering : beside,
                        work.get(i).advice()));
            }
        });
        shards(needs);
        checkpoints(needs);
        return needs;
    }

    /** Whether the backend estimates the memory of the policy. */
    boolean areKnown() {
        return backend.estimateMemory(policy, List.of(update())).isPresent();
    }

    private List<Work> work() {
        List<Work> work = new ArrayList<>();
        String fewer = "Lower " + BackendKeys.MAX_SEQUENCES + " or " + SamplingKeys.MAX_TOKENS;
        if (Contradictions.hasHeldOutTasks(configuration)) {
            int tasks = Math.min(configuration.get(EvaluationKeys.TASKS), configuration.get(EvaluationKeys.PER_CHUNK));
            work.add(new Work("evaluation", sampling(tasks, EvaluationKeys.SAMPLES), fewer));
        }
        if (TrainingKeys.samples(configuration)) {
            int prompts = configuration.get(TrainingKeys.PROMPTS_PER_STEP);
            work.add(new Work("rollout", sampling(prompts, SamplingKeys.GROUP_SIZE), fewer));
            if (sizes.askedTokens() > 0) {
                String shorter = "Lower " + SamplingKeys.GROUP_SIZE + " or " + SamplingKeys.MAX_TOKENS;
                work.add(new Work("reward", likelihoods(), shorter));
            }
        }
        work.add(new Work(
                "training",
                update(),
                "Lower " + TrainingKeys.MICRO_BATCH_TOKENS + ", or set " + BackendKeys.RECOMPUTE_ACTIVATIONS));
        return work;
    }

    private Workload scoring() {
        return new Workload(Capability.SCORE, 1, 0, sizes.windowTokens(), 0);
    }

    private Workload sampling(int prompts, Key<Integer> samples) {
        try {
            return new Workload(
                    Capability.GENERATE,
                    prompts,
                    configuration.get(samples),
                    sizes.promptTokens(),
                    configuration.get(SamplingKeys.MAX_TOKENS));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    List.of("The rollouts of a step are too large: " + e.getMessage() + " The keys are "
                            + TrainingKeys.PROMPTS_PER_STEP + ", " + samples + ", " + PromptKeys.MAX_CONTEXT + " and "
                            + SamplingKeys.MAX_TOKENS + "."),
                    e);
        }
    }

    /** One pass for the thoughts of a group and the bare context, each with the true tokens behind it. */
    private Workload likelihoods() {
        return new Workload(
                Capability.LOG_PROBS,
                1,
                configuration.get(SamplingKeys.GROUP_SIZE) + 1,
                sizes.promptTokens(),
                configuration.get(SamplingKeys.MAX_TOKENS) + sizes.askedTokens());
    }

    /** The largest pass: whole groups, or a part of one, which has at least its prompt and one completion. */
    private Workload update() {
        int completion = configuration.get(SamplingKeys.MAX_TOKENS);
        int tokens = configuration.get(TrainingKeys.MICRO_BATCH_TOKENS);
        requireOnePass(completion, tokens);
        int room = (tokens - sizes.promptTokens()) / completion;
        int group = Math.max(1, Math.min(configuration.get(SamplingKeys.GROUP_SIZE), room));
        int prompts = Math.max(1, (int) (tokens / (sizes.promptTokens() + (long) group * completion)));
        return new Workload(Capability.TRAIN, prompts, group, sizes.promptTokens(), completion);
    }

    /** Updates layer by layer come from a single pass, which must hold the longest step. */
    private void requireOnePass(int completion, int tokens) {
        if (!configuration.get(BackendKeys.LAYERWISE_UPDATES) || !TrainingKeys.isReinforced(configuration)) {
            return;
        }
        int prompts = configuration.get(TrainingKeys.PROMPTS_PER_STEP);
        int group = configuration.get(SamplingKeys.GROUP_SIZE);
        long perPrompt = sizes.promptTokens() + (long) group * completion;
        if (perPrompt > tokens / prompts) {
            throw new ConfigurationException(List.of(BackendKeys.LAYERWISE_UPDATES
                    + " needs steps of a single pass, but "
                    + TrainingKeys.MICRO_BATCH_TOKENS + " is " + tokens + ", and a step may have " + prompts + " times "
                    + perPrompt + " tokens (" + TrainingKeys.PROMPTS_PER_STEP + ", and for each prompt its "
                    + sizes.promptTokens() + " tokens and " + SamplingKeys.GROUP_SIZE + " times "
                    + SamplingKeys.MAX_TOKENS + "). Raise the first, lower one of the others, or remove "
                    + BackendKeys.LAYERWISE_UPDATES + "."));
        }
    }

    /** What the reference of a penalty needs of its own; empty without one. */
    private Optional<MemoryEstimate> reference() {
        if (!TrainingKeys.isReinforced(configuration)
                || configuration.get(ObjectiveKeys.KL_WEIGHT) == 0
                || Models.isReferenceUnderAdapter(configuration)) {
            return Optional.empty();
        }
        Workload update = update();
        return backend.estimateMemory(
                configuration.model(ModelKeys.REFERENCE),
                List.of(new Workload(
                        Capability.LOG_PROBS,
                        update.prompts(),
                        update.completions(),
                        update.promptTokens(),
                        update.completionTokens())));
    }

    /** What lies in the heap is nothing that the backend's own limit counts. */
    private PhaseNeed need(
            String name,
            MemoryEstimate estimate,
            int workload,
            Map<String, Long> besideKept,
            Map<String, Long> besidePeak,
            String advice) {
        Map<String, Long> heap = name.equals("scoring") ? Map.of() : inHeap();
        long copied = sum(heap);
        long limit = estimate.limit()
                .map(MemoryEstimate.Limit::bytes)
                .map(bytes -> bytes > Long.MAX_VALUE - copied ? Long.MAX_VALUE : bytes + copied)
                .orElse(Long.MAX_VALUE);
        Map<String, Long> kept = together(of("", estimate.kept()), besideKept, heap);
        Map<String, Long> peak = together(of("", estimate.peak(workload)), besidePeak, heap);
        return new PhaseNeed(
                name,
                sum(kept),
                sum(peak),
                Math.min(limit, machine.memory()),
                peak,
                kept,
                advice,
                smaller(estimate.limit().filter(own -> own.bytes() < machine.memory())));
    }

    private String smaller(Optional<MemoryEstimate.Limit> limit) {
        String precision = configuration.get(BackendKeys.PRECISION) == Precision.FP32
                ? " or a lower " + BackendKeys.PRECISION
                : "";
        return "Take a smaller model" + precision + ", or "
                + limit.map(own -> "raise the " + own.setting()).orElse("give the process more memory");
    }

    private static Map<String, Long> of(String owner, Map<MemoryUse, Long> uses) {
        Map<String, Long> named = new HashMap<>();
        uses.forEach((use, bytes) -> named.put(owner + use, bytes));
        return named;
    }

    private static Map<String, Long> together(Map<String, Long> own, Map<String, Long> beside, Map<String, Long> heap) {
        Map<String, Long> all = new HashMap<>(own);
        all.putAll(beside);
        all.putAll(heap);
        return all;
    }

    /** What lies in the Java heap while the policy is open, beside what the library itself uses. */
    private Map<String, Long> inHeap() {
        Map<String, Long> heap = new HashMap<>();
        if (copyBytes() > 0) {
            heap.put(COPY, copyBytes());
        }
        if (configuration.get(TrainingKeys.GRADIENT_SHARDS) > 1) {
            heap.put(SHARDS, sizes.parameters() * FLOAT);
        }
        return heap;
    }

    private void shards(List<PhaseNeed> needs) {
        Map<String, Long> heap = inHeap();
        if (heap.containsKey(SHARDS)) {
            needs.add(PhaseNeed.fixed(
                    "gradients",
                    sum(heap),
                    machine.heap(),
                    String.join(" and ", heap.keySet().stream().sorted().toList()) + " in the Java heap",
                    "Raise the heap with -Xmx, train an adapter, or set " + TrainingKeys.GRADIENT_SHARDS + " to 1"));
        }
    }

    private static long sum(Map<String, Long> uses) {
        return uses.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Weights and moments as a checkpoint has them. */
    private long checkpointBytes() {
        return sizes.parameters() * FLOAT * (1 + MOMENTS);
    }

    private long copyBytes() {
        return configuration.find(RunKeys.DIRECTORY).isPresent() && configuration.get(RunKeys.BACKGROUND_CHECKPOINTS)
                ? checkpointBytes()
                : 0;
    }

    private void checkpoints(List<PhaseNeed> needs) {
        Optional<Path> directory = configuration.find(RunKeys.DIRECTORY);
        if (directory.isEmpty()) {
            return;
        }
        if (copyBytes() > 0) {
            needs.add(PhaseNeed.fixed(
                    "copy",
                    copyBytes(),
                    machine.heap(),
                    "weights and moments in the Java heap",
                    "Raise the heap with -Xmx, or set " + RunKeys.BACKGROUND_CHECKPOINTS + " to false"));
        }
        long kept =
                configuration.get(RunKeys.KEEP_CHECKPOINTS) + (configuration.get(ValidationKeys.KEEP_BEST) ? 1L : 0L);
        long there = SavePlan.store(directory.get()).steps().size();
        machine.disk()
                .ifPresent(disk -> needs.add(PhaseNeed.fixed(
                        "checkpoint",
                        checkpointBytes() * (kept + 2 - Math.min(kept, there)),
                        disk,
                        kept + " checkpoints, one being written, and the trained model",
                        "Free disk space, or lower " + RunKeys.KEEP_CHECKPOINTS)));
    }
}
