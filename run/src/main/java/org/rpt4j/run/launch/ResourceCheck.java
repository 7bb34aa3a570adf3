package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.MemoryUse;
import org.rpt4j.api.Workload;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.ObjectiveKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.ScoringKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.config.section.ValidationKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what each phase of a run needs with what the machine has, before anything is scored. What a model keeps
 * between calls is certain: too much of it is refused. What a call needs on top assumes full length for every prompt
 * and completion, which few have: too much of it is a warning.
 */
final class ResourceCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ResourceCheck.class);
    private static final int FLOAT = 4;
    private static final int MOMENTS = 2;

    /**
     * A phase.
     *
     * @param name what it is
     * @param kept bytes that it always needs
     * @param peak most bytes that it may need
     * @param available bytes available
     * @param largest the largest parts of the peak, in words
     * @param largestKept the largest parts of what is always needed
     * @param advice the keys that lower the peak
     * @param adviceKept what lowers what is always needed
     */
    record Need(
            String name,
            long kept,
            long peak,
            long available,
            String largest,
            String largestKept,
            String advice,
            String adviceKept) {

        /** A need that does not depend on lengths. */
        static Need fixed(String name, long bytes, long available, String what, String advice) {
            return new Need(name, bytes, bytes, available, what, what, advice, advice);
        }

        String describe() {
            return String.format(
                    Locale.ROOT,
                    "%-10s needs %s, peak %s, available %s; largest: %s",
                    name,
                    mebibytes(kept),
                    mebibytes(peak),
                    mebibytes(available),
                    largest);
        }
    }

    private final RunConfiguration configuration;
    private final Backend backend;
    private final Machine machine;
    private final int promptTokens;
    private final long parameters;

    ResourceCheck(RunConfiguration configuration, Backend backend, Machine machine, int promptRoom, long parameters) {
        this.configuration = configuration;
        this.backend = backend;
        this.machine = machine;
        this.promptTokens = Math.max(1, Math.min(promptRoom, configuration.get(PromptKeys.MAX_CONTEXT)));
        this.parameters = parameters;
    }

    /**
     * Checks every phase.
     *
     * @throws ConfigurationException with every phase that does not fit, unless the configuration asks for a warning
     */
    void require() {
        RunKeys.Limits rule = configuration.get(RunKeys.LIMITS);
        if (rule == RunKeys.Limits.OFF) {
            return;
        }
        List<String> refused = new ArrayList<>();
        for (Need need : needs()) {
            LOG.debug("{}", need.describe());
            if (need.kept() > need.available()) {
                refused.add("The phase " + need.name() + " needs " + mebibytes(need.kept()) + ", available "
                        + mebibytes(need.available()) + ". Largest: " + need.largestKept() + ". "
                        + need.adviceKept() + ", or set " + RunKeys.LIMITS + " to WARN to try anyway.");
            } else if (need.peak() > need.available()) {
                LOG.warn(
                        "The phase {} may need {} if prompts and completions reach full length, available {}. Largest: {}."
                                + " {}.",
                        need.name(),
                        mebibytes(need.peak()),
                        mebibytes(need.available()),
                        need.largest(),
                        need.advice());
            }
        }
        if (!refused.isEmpty() && rule == RunKeys.Limits.REFUSE) {
            throw new ConfigurationException(refused);
        }
        refused.forEach(LOG::warn);
    }

    /** The needs of every phase, where they are known. */
    List<Need> needs() {
        List<Need> needs = new ArrayList<>();
        if (configuration.find(CorpusKeys.FILES).isPresent()) {
            estimate(ModelKeys.PROXY, List.of(scoring()))
                    .ifPresent(proxy -> needs.add(need("scoring", proxy, 0, 0, "Lower " + ScoringKeys.WINDOW_TOKENS)));
        }
        long reference = referenceBytes();
        List<Workload> work =
                TrainingKeys.isReinforced(configuration) ? List.of(rollouts(), update()) : List.of(update());
        Optional<MemoryEstimate> policy = estimate(ModelKeys.DIRECTORY, work);
        policy.ifPresent(model -> {
            if (work.size() > 1) {
                String fewer = "Lower " + BackendKeys.MAX_SEQUENCES + " or " + SamplingKeys.MAX_TOKENS;
                needs.add(need("rollout", model, 0, reference, fewer));
            }
            String smaller =
                    "Lower " + TrainingKeys.MICRO_BATCH_TOKENS + ", or set " + BackendKeys.RECOMPUTE_ACTIVATIONS;
            needs.add(need("training", model, work.size() - 1, reference, smaller));
        });
        if (policy.isEmpty()) {
            LOG.info("The backend {} does not report its memory; only checkpoints are checked.", backend.name());
        }
        checkpoints(needs);
        return needs;
    }

    private void checkpoints(List<Need> needs) {
        if (configuration.find(RunKeys.DIRECTORY).isEmpty()) {
            return;
        }
        long one = parameters * FLOAT * (1 + MOMENTS);
        if (configuration.get(RunKeys.BACKGROUND_CHECKPOINTS)) {
            needs.add(Need.fixed(
                    "copy",
                    one,
                    machine.heap(),
                    "weights and moments in the Java heap",
                    "Raise the heap with -Xmx, or set " + RunKeys.BACKGROUND_CHECKPOINTS + " to false"));
        }
        long kept =
                configuration.get(RunKeys.KEEP_CHECKPOINTS) + (configuration.get(ValidationKeys.KEEP_BEST) ? 1L : 0L);
        long there = configuration
                .find(RunKeys.DIRECTORY)
                .map(directory -> (long) SavePlan.store(directory).steps().size())
                .orElse(0L);
        machine.disk()
                .ifPresent(disk -> needs.add(Need.fixed(
                        "checkpoint",
                        one * (kept + 2 - Math.min(kept, there)),
                        disk,
                        kept + " checkpoints, one being written, and the trained model",
                        "Free disk space, or lower " + RunKeys.KEEP_CHECKPOINTS)));
    }

    /** What the reference of a penalty keeps beside the policy. */
    private long referenceBytes() {
        boolean opened = TrainingKeys.isReinforced(configuration) && configuration.get(ObjectiveKeys.KL_WEIGHT) > 0;
        Workload update = update();
        Workload logProbs = new Workload(
                Capability.LOG_PROBS,
                update.prompts(),
                update.completions(),
                update.promptTokens(),
                update.completionTokens());
        return opened
                ? estimate(ModelKeys.REFERENCE, List.of(logProbs))
                        .map(MemoryEstimate::keptBytes)
                        .orElse(0L)
                : 0;
    }

    private Workload scoring() {
        return new Workload(Capability.SCORE, 1, 0, configuration.get(ScoringKeys.WINDOW_TOKENS), 0);
    }

    private Workload rollouts() {
        try {
            return new Workload(
                    Capability.GENERATE,
                    configuration.get(TrainingKeys.PROMPTS_PER_STEP),
                    configuration.get(SamplingKeys.GROUP_SIZE),
                    promptTokens,
                    configuration.get(SamplingKeys.MAX_TOKENS));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    List.of("The rollouts of a step are too large: " + e.getMessage() + " The keys are "
                            + TrainingKeys.PROMPTS_PER_STEP + ", " + SamplingKeys.GROUP_SIZE + ", "
                            + PromptKeys.MAX_CONTEXT + " and " + SamplingKeys.MAX_TOKENS + "."),
                    e);
        }
    }

    /** The largest pass: whole groups, or a part of one. */
    private Workload update() {
        int completion = configuration.get(SamplingKeys.MAX_TOKENS);
        int tokens = configuration.get(TrainingKeys.MICRO_BATCH_TOKENS);
        int prompt = Math.max(1, Math.min(promptTokens, tokens - completion));
        int group = Math.max(1, Math.min(configuration.get(SamplingKeys.GROUP_SIZE), (tokens - prompt) / completion));
        int prompts = Math.max(1, (int) (tokens / (prompt + (long) group * completion)));
        return new Workload(Capability.TRAIN, prompts, group, prompt, completion);
    }

    private Optional<MemoryEstimate> estimate(Key<Path> model, List<Workload> work) {
        return backend.estimateMemory(configuration.model(model), work);
    }

    private Need need(String name, MemoryEstimate estimate, int workload, long beside, String advice) {
        long limit = estimate.limit().map(MemoryEstimate.Limit::bytes).orElse(Long.MAX_VALUE);
        return new Need(
                name,
                estimate.keptBytes() + beside,
                estimate.peakBytes(workload) + beside,
                Math.min(limit, machine.memory()),
                largest(estimate.peak(workload)),
                largest(estimate.kept()),
                advice,
                "Take a smaller model or a lower " + BackendKeys.PRECISION + ", or give the process more memory");
    }

    private static String largest(Map<MemoryUse, Long> uses) {
        return uses.entrySet().stream()
                .sorted(Map.Entry.<MemoryUse, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(2)
                .map(use -> use.getKey() + " " + mebibytes(use.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MiB", (bytes + (1 << 20) - 1) >> 20);
    }
}
