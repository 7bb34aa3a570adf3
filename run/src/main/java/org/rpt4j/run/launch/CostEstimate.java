package org.rpt4j.run.launch;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Workload;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.ComputeCost;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.Contradictions;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.TaskKeys;
import org.rpt4j.run.config.section.TraceKeys;
import org.rpt4j.run.config.section.TrainingKeys;

/**
 * An upper bound on what a run costs, before it starts: every prompt and completion counts with its full length, and
 * every document has enough text. Scoring is not included, because the corpus is not read; it costs 2N FLOPs of the
 * proxy per token.
 *
 * @param parameters of the model
 * @param steps of the run
 * @param promptTokens most tokens of one prompt
 * @param groupsPerStep groups of a step without dynamic sampling
 * @param groups most groups of the whole run, with those that dynamic sampling may add
 * @param rollouts per group
 * @param completionTokens most tokens of one completion
 * @param updates on the same rollouts
 * @param evaluations of the run
 * @param evaluationRollouts thoughts of one evaluation
 * @param evaluationTasks tasks of one evaluation
 * @param promptsPerTask prompts for each of them: one with a thought, and one without where it has a next token
 * @param baselineFlops what a baseline may spend in training; 0 for reinforcement, which the other values describe
 * @param count what calls of the model cost
 * @since 0.1.0
 */
public record CostEstimate(
        long parameters,
        long steps,
        int promptTokens,
        long groupsPerStep,
        long groups,
        int rollouts,
        int completionTokens,
        long updates,
        long evaluations,
        long evaluationRollouts,
        long evaluationTasks,
        int promptsPerTask,
        double baselineFlops,
        OperationCount count) {

    /**
     * A part of the run.
     *
     * @param name what it is
     * @param operations floating point operations at most, after {@link OperationCount}; for a baseline, its budget
     */
    public record Phase(String name, double operations) {}

    /**
     * Reads the model's configuration and tokenizer, and no weights. How many steps a baseline makes, and so how
     * often it is evaluated during training, follows from the corpus: only its first and last evaluation count.
     *
     * @throws org.rpt4j.api.error.RptException if they, or the run that gives a baseline its budget, cannot be read, or
     *     the instruction does not fit
     */
    public static CostEstimate of(RunConfiguration configuration) {
        ModelSource model = configuration.model(ModelKeys.DIRECTORY);
        ModelConfig config = ModelConfigReader.read(model);
        int completion = configuration.get(SamplingKeys.MAX_TOKENS);
        int room;
        try (Tokenizer tokenizer = Tokenizer.open(model.directory())) {
            room = ConfiguredReasoning.rewarded(configuration, model, tokenizer, Instant.now())
                    .maxContextTokens();
        }
        boolean baseline = TrainingKeys.isBaseline(configuration);
        boolean coldStart = TrainingKeys.isColdStart(configuration);
        long steps = baseline || coldStart
                ? 0
                : configuration.get(TrainingKeys.STEPS) - configuration.get(TrainingKeys.START_STEP);
        long perStep = configuration.get(TrainingKeys.PROMPTS_PER_STEP);
        CostEstimate estimate = new CostEstimate(
                config.describe().parameterCount(),
                steps,
                promptTokens(configuration, config, room),
                perStep,
                baseline ? 0 : coldStart ? searched(configuration) : groups(configuration, perStep, steps),
                configuration.get(SamplingKeys.GROUP_SIZE),
                completion,
                configuration.get(TrainingKeys.UPDATES_PER_BATCH),
                evaluations(configuration, steps),
                (long) configuration.get(EvaluationKeys.TASKS) * configuration.get(EvaluationKeys.SAMPLES),
                configuration.get(EvaluationKeys.TASKS),
                TaskKeys.continueText(configuration) ? 2 : 1,
                baseline ? BaselineKeys.budget(configuration) : 0,
                new OperationCount(config, configuration.get(BackendKeys.RECOMPUTE_ACTIVATIONS)));
        estimate.requireCountable();
        return estimate;
    }

    /** Most tokens of one prompt: the longest context, and what the instruction and the template put around it. */
    static int promptTokens(RunConfiguration configuration, ModelConfig config, int contextRoom) {
        int unused = contextRoom - Math.min(contextRoom, configuration.get(PromptKeys.MAX_CONTEXT));
        return config.contextLength() - configuration.get(SamplingKeys.MAX_TOKENS) - unused;
    }

    private static long searched(RunConfiguration configuration) {
        return TraceKeys.areSampled(configuration) ? configuration.get(TraceKeys.TASKS) : 0;
    }

    private static long groups(RunConfiguration configuration, long perStep, long steps) {
        try {
            return Math.multiplyExact(perStep, Math.addExact(steps, extraRounds(configuration)));
        } catch (ArithmeticException e) {
            throw uncountable(e);
        }
    }

    /**
     * Refuses what {@link #tokensRead} and the other counts could not hold.
     *
     * @throws ConfigurationException if there is such a count
     */
    void requireCountable() {
        try {
            Math.addExact(tokensRead(), tokensEvaluated());
            tokensUpdated();
            phases();
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw uncountable(e);
        }
    }

    private static ConfigurationException uncountable(RuntimeException cause) {
        return new ConfigurationException(
                List.of("The run would compute more tokens than can be counted. Lower " + TrainingKeys.STEPS + ", "
                        + TrainingKeys.PROMPTS_PER_STEP + ", " + TrainingKeys.UPDATES_PER_BATCH + ", "
                        + DynamicSamplingKeys.BUDGET + ", " + SamplingKeys.GROUP_SIZE + ", " + SamplingKeys.MAX_TOKENS
                        + ", " + EvaluationKeys.TASKS + " or " + EvaluationKeys.SAMPLES + "."),
                cause);
    }

    private static long extraRounds(RunConfiguration configuration) {
        if (!configuration.get(DynamicSamplingKeys.ENABLED)) {
            return 0;
        }
        long from =
                Math.max(configuration.get(DynamicSamplingKeys.START_STEP), configuration.get(TrainingKeys.START_STEP));
        long refilled = Math.max(0, configuration.get(TrainingKeys.STEPS) - from);
        return Math.multiplyExact(refilled, configuration.get(DynamicSamplingKeys.BUDGET) - 1L);
    }

    private static long evaluations(RunConfiguration configuration, long steps) {
        if (!Contradictions.hasHeldOutTasks(configuration)) {
            return 0;
        }
        long every = configuration.get(EvaluationKeys.EVERY_STEPS);
        return every == 0 ? 2 : 2 + Math.max(0, steps - 1) / every;
    }

    /** Most tokens of prompts and completions in training. */
    public long tokensRead() {
        return Math.multiplyExact(groups, promptTokens + (long) rollouts * completionTokens);
    }

    /** Most tokens whose log-probability is trained. */
    public long tokensUpdated() {
        return product(steps, groupsPerStep, rollouts, completionTokens, updates);
    }

    /** Most tokens of all evaluations. */
    public long tokensEvaluated() {
        return Math.multiplyExact(
                evaluations,
                Math.addExact(
                        product(evaluationTasks, promptsPerTask, promptTokens),
                        product(evaluationRollouts, completionTokens)));
    }

    private static long product(long... factors) {
        return Arrays.stream(factors).reduce(1, Math::multiplyExact);
    }

    /** Most floating point operations after {@link ComputeCost}, evaluations included. */
    public double flops() {
        return new ComputeCost(parameters).flops(tokensRead() + tokensEvaluated(), tokensUpdated()) + baselineFlops;
    }

    /** Every part of the run but scoring, with what the machine has to do for it. */
    public List<Phase> phases() {
        Phase evaluation = new Phase("evaluation", evaluations * evaluationOperations());
        if (baselineFlops > 0) {
            return List.of(new Phase("training", baselineFlops), evaluation);
        }
        double updated = (double) steps * groupsPerStep * updates;
        return List.of(
                new Phase("rollout", groups * count.of(group(Capability.GENERATE))),
                new Phase("training", updated * count.of(group(Capability.TRAIN))),
                evaluation);
    }

    private Workload group(Capability operation) {
        return new Workload(operation, 1, rollouts, promptTokens, completionTokens);
    }

    private double evaluationOperations() {
        if (evaluationTasks == 0) {
            return 0;
        }
        int samples = Math.toIntExact(evaluationRollouts / evaluationTasks);
        Workload reasoning = new Workload(Capability.GENERATE, 1, samples, promptTokens, completionTokens);
        Workload standard = new Workload(Capability.LOG_PROBS, 1, 1, promptTokens, 1);
        return evaluationTasks * (count.of(reasoning) + (promptsPerTask - 1) * count.of(standard));
    }

    /** Floating point operations of all phases. */
    public double operations() {
        return phases().stream().mapToDouble(Phase::operations).sum();
    }

    private String describePhases() {
        return phases().stream()
                .map(phase -> String.format(Locale.ROOT, "%s %.3g", phase.name(), phase.operations()))
                .collect(Collectors.joining(", "));
    }

    private String training() {
        if (steps == 0 && baselineFlops == 0) {
            return String.format(
                    Locale.ROOT,
                    "a cold start on thought traces, whose number is known when they are read; to sample them, %,d groups"
                            + " of %d: %,d tokens read or generated",
                    groups,
                    rollouts,
                    tokensRead());
        }
        return baselineFlops > 0
                ? String.format(Locale.ROOT, "a baseline that spends %.3g FLOPs", baselineFlops)
                : String.format(
                        Locale.ROOT,
                        "%,d steps, %,d groups of %d: %,d tokens read or generated, %,d updated",
                        steps,
                        groups,
                        rollouts,
                        tokensRead(),
                        tokensUpdated());
    }

    /** A few lines to print. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                """
                At most, if every prompt has %,d tokens and every completion %,d:
                  training    %s
                  evaluation  %d times %,d thoughts: %,d tokens
                  in all      %.3g FLOPs for %,d parameters
                  counted     %s FLOPs, with attention and without what is not read
                %s.
                Scoring the corpus comes on top, 2N of the proxy per token%s.
                """,
                promptTokens,
                completionTokens,
                training(),
                evaluations,
                evaluationRollouts,
                tokensEvaluated(),
                flops(),
                parameters,
                describePhases(),
                ComputeCost.CONVENTION,
                "; a dataset (" + CorpusKeys.DATASET + ") does it once for many runs");
    }
}
