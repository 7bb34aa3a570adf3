package org.rpt4j.cli;

import org.jspecify.annotations.Nullable;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.Preset;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.ObjectiveKeys;
import org.rpt4j.run.config.section.OptimizerKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import picocli.CommandLine.Option;

/** The options that say how to train. */
final class TrainingChoice {

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "100",
            description = "Training steps (default: ${DEFAULT-VALUE}).")
    private long steps;

    @Option(
            names = "--prompts-per-step",
            paramLabel = "N",
            defaultValue = "32",
            description = "Tasks of one step (default: ${DEFAULT-VALUE}).")
    private int promptsPerStep;

    @Option(
            names = "--group-size",
            paramLabel = "G",
            defaultValue = "8",
            description = "Rollouts per task (default: ${DEFAULT-VALUE}).")
    private int groupSize;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0.8",
            description = "Of the rollouts (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            defaultValue = "1e-6",
            description = "Of AdamW (default: ${DEFAULT-VALUE}, the paper's; small models want more).")
    private double learningRate;

    @Option(
            names = "--schedule",
            paramLabel = "SHAPE",
            defaultValue = "CONSTANT",
            description = "How the learning rate falls: constant, linear (to 0) or cosine (to a tenth) (default: "
                    + "constant).")
    private LearningRateSchedule.Shape schedule;

    @Option(
            names = "--warmup-steps",
            paramLabel = "N",
            defaultValue = "0",
            description = "Steps over which the learning rate rises (default: ${DEFAULT-VALUE}).")
    private long warmupSteps;

    @Option(
            names = "--objective",
            paramLabel = "NAME",
            description = "grpo, dr-grpo, rloo, dapo, reinforce++, reinforce++-baseline, opo or gspo (default: that of "
                    + "the preset).")
    private @Nullable Objective objective;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            defaultValue = "paper",
            description = "Objective, clip and truncation as a paper or trainer has them: paper, trl, verl or dr-grpo "
                    + "(default: ${DEFAULT-VALUE}).")
    private Preset preset;

    @Option(
            names = "--dynamic-sampling-from",
            paramLabel = "STEP",
            defaultValue = "500",
            description = "First step in which tasks that teach nothing are replaced by others (default: "
                    + "${DEFAULT-VALUE}, the paper's).")
    private long dynamicSamplingFrom;

    @Option(
            names = "--sampling-budget",
            paramLabel = "N",
            defaultValue = "10",
            description = "Most tasks that such a step may sample, as a multiple of --prompts-per-step (default: "
                    + "${DEFAULT-VALUE}).")
    private int samplingBudget;

    @Option(
            names = "--micro-batch-tokens",
            paramLabel = "N",
            defaultValue = "8192",
            description = "Tokens of one forward pass; less needs less memory (default: ${DEFAULT-VALUE}).")
    private int microBatchTokens;

    @Option(
            names = "--log-prob-gap-limit",
            paramLabel = "NATS",
            description = "Most difference between a token's log-probability in sampling and in training "
                    + "(default: 1e-4 with FP32, 0.05 with BF16).")
    private @Nullable Double logProbGapLimit;

    void configure(CommandSettings settings) {
        settings.set("--steps", TrainingKeys.STEPS, steps);
        settings.set("--prompts-per-step", TrainingKeys.PROMPTS_PER_STEP, promptsPerStep);
        settings.set("--group-size", SamplingKeys.GROUP_SIZE, groupSize);
        settings.set("--temperature", SamplingKeys.TEMPERATURE, temperature);
        settings.set("--learning-rate", OptimizerKeys.LEARNING_RATE, learningRate);
        settings.set("--schedule", OptimizerKeys.SCHEDULE, schedule);
        settings.set("--warmup-steps", OptimizerKeys.WARMUP_STEPS, warmupSteps);
        settings.set("--objective", ObjectiveKeys.NAME, objective);
        settings.set("--preset", ObjectiveKeys.PRESET, preset);
        settings.set("--dynamic-sampling-from", DynamicSamplingKeys.START_STEP, dynamicSamplingFrom);
        settings.set("--sampling-budget", DynamicSamplingKeys.BUDGET, samplingBudget);
        settings.set("--micro-batch-tokens", TrainingKeys.MICRO_BATCH_TOKENS, microBatchTokens);
        settings.set("--log-prob-gap-limit", TrainingKeys.LOG_PROB_GAP_LIMIT, logProbGapLimit);
    }
}
