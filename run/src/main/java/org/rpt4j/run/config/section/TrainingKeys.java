package org.rpt4j.run.config.section;

import org.rpt4j.api.Precision;
import org.rpt4j.api.RolloutPrecision;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.setting.Range;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.SupervisedSettings;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code training.*}: steps and batches.
 *
 * @since 0.1.0
 */
public final class TrainingKeys {

    /** How the policy is trained. */
    public enum Method {
        /** On the rewards of its own rollouts. */
        REINFORCEMENT,
        /** The cold start before reinforcement: on thought traces. */
        SUPERVISED,
        /** A baseline: next-token prediction on every token of the corpus, without thoughts. */
        NEXT_TOKEN,
        /** A baseline: half NEXT_TOKEN, half imitation of the policy's own correct rollouts. */
        MIXED_SUPERVISED
    }

    static final String REINFORCED = "training.method is REINFORCEMENT";
    static final String SAMPLED = "training samples rollouts";
    private static final String STEPPED = "training.method is REINFORCEMENT or MIXED_SUPERVISED";

    private static final double BF16_GAP = 0.1;
    private static final double INT8_GAP = 1;
    private static final Section.Builder KEYS = Section.of("training", "Steps and batches");

    public static final Key<Method> METHOD = KEYS.key("method", Texts.oneOf(Method.class))
            .says("REINFORCEMENT: on the rewards of rollouts. SUPERVISED: on thought traces, as a cold start before it"
                    + " (traces.*). Two baselines show what the same compute achieves"
                    + " without it: NEXT_TOKEN learns every token of the corpus; MIXED_SUPERVISED learns, half"
                    + " and half, text and the policy's own correct rollouts.")
            .after("section 4.3: continual next-token training as a baseline")
            .or(Method.REINFORCEMENT);

    public static final Key<Long> STEPS = KEYS.key(RptSettings.STEPS)
            .onlyWith(STEPPED, TrainingKeys::isStepped)
            .asDeclared();

    public static final Key<Integer> EPOCHS = KEYS.key("epochs", Numbers.whole(Range.atLeast(1)))
            .says("How often every thought trace is learned.")
            .in("epochs")
            .onlyWith("training.method is SUPERVISED", TrainingKeys::isColdStart)
            .or(2);

    public static final Key<Long> START_STEP = KEYS.key(RptSettings.START_STEP)
            .onlyWith(REINFORCED, TrainingKeys::isReinforced)
            .asDeclared();

    public static final Key<Integer> PROMPTS_PER_STEP = KEYS.key(RptSettings.PROMPTS_PER_STEP)
            .onlyWith(SAMPLED, TrainingKeys::samples)
            .asDeclared();

    public static final Key<Integer> PROBE_PROMPTS = KEYS.key("probe-prompts", Numbers.whole(Range.atLeast(0)))
            .says("Number of prompts that are asked before the first step, to tell how often the model reaches a box"
                    + " at all; 0 asks none. No other sample changes.")
            .in("prompts")
            .onlyWith(REINFORCED, TrainingKeys::isReinforced)
            .or(4);

    public static final Key<Integer> UPDATES_PER_BATCH = KEYS.key(RptSettings.UPDATES_PER_BATCH)
            .onlyWith(REINFORCED, TrainingKeys::isReinforced)
            .asDeclared();

    public static final Key<Integer> MICRO_BATCH_TOKENS =
            KEYS.key(RptSettings.MICRO_BATCH_TOKENS).asDeclared();

    public static final Key<Integer> GRADIENT_SHARDS =
            KEYS.key(RptSettings.GRADIENT_SHARDS).asDeclared();

    public static final Key<Integer> TOKENS_PER_STEP = KEYS.key(SupervisedSettings.TOKENS_PER_STEP)
            .onlyWith("training.method is not REINFORCEMENT", values -> !isReinforced(values))
            .orFrom(MICRO_BATCH_TOKENS);

    public static final Key<Integer> MAX_SKIPPED_STEPS =
            KEYS.key(RptSettings.MAX_SKIPPED_STEPS).asDeclared();

    public static final Key<Double> LOG_PROB_GAP_LIMIT = KEYS.key(RptSettings.LOG_PROB_GAP_LIMIT)
            .within(Range.above(0))
            .onlyWith(REINFORCED, TrainingKeys::isReinforced)
            .orFrom(
                    BackendKeys.PRECISION,
                    "1E-4 for FP32, 0.1 for BF16, 1 if " + BackendKeys.ROLLOUT_PRECISION.name() + " is INT8",
                    TrainingKeys::gapLimit);

    static final Section SECTION = KEYS.build();

    private TrainingKeys() {}

    private static double gapLimit(Values values) {
        if (values.get(BackendKeys.ROLLOUT_PRECISION) == RolloutPrecision.INT8) {
            return INT8_GAP;
        }
        return values.get(BackendKeys.PRECISION) == Precision.FP32
                ? RptSettings.LOG_PROB_GAP_LIMIT.byDefault()
                : BF16_GAP;
    }

    /** Returns whether the policy learns from rewards. */
    public static boolean isReinforced(Values values) {
        return values.get(METHOD) == Method.REINFORCEMENT;
    }

    /** Returns whether the run is a baseline with a compute budget. */
    public static boolean isBaseline(Values values) {
        return values.get(METHOD) == Method.NEXT_TOKEN || values.get(METHOD) == Method.MIXED_SUPERVISED;
    }

    /** Returns whether the policy learns thought traces. */
    public static boolean isColdStart(Values values) {
        return values.get(METHOD) == Method.SUPERVISED;
    }

    /** Returns whether training samples rollouts for tasks. */
    public static boolean samples(Values values) {
        return isStepped(values) || TraceKeys.areSampled(values);
    }

    private static boolean isStepped(Values values) {
        return isReinforced(values) || values.get(METHOD) == Method.MIXED_SUPERVISED;
    }

    /**
     * Returns the settings of the supervised trainer.
     *
     * @param steps number of steps
     */
    public static SupervisedSettings supervised(Values values, long steps) {
        return SupervisedSettings.builder(steps, values.get(TOKENS_PER_STEP), OptimizerKeys.schedule(values))
                .microBatchTokens(values.get(MICRO_BATCH_TOKENS))
                .gradientShards(values.get(GRADIENT_SHARDS))
                .seed(values.get(SamplingKeys.SEED))
                .maxSkippedSteps(values.get(MAX_SKIPPED_STEPS))
                .build();
    }

    /**
     * Returns the settings of the trainer.
     *
     * @param stops supplies only the stop tokens and the stop condition of the rollouts
     * @throws IllegalArgumentException if values conflict; the message names them
     */
    public static RptSettings settings(Values values, SamplingOptions stops) {
        return settings(values, ObjectiveKeys.objective(values), stops);
    }

    static RptSettings settings(Values values, Objective objective, SamplingOptions stops) {
        return RptSettings.builder()
                .steps(values.get(STEPS))
                .startStep(values.get(START_STEP))
                .promptsPerStep(values.get(PROMPTS_PER_STEP))
                .sampling(SamplingKeys.options(values, stops))
                .objective(objective)
                .updatesPerBatch(values.get(UPDATES_PER_BATCH))
                .schedule(OptimizerKeys.schedule(values))
                .microBatchTokens(values.get(MICRO_BATCH_TOKENS))
                .gradientShards(values.get(GRADIENT_SHARDS))
                .truncation(TruncationKeys.handling(values))
                .dynamicSampling(DynamicSamplingKeys.sampling(values))
                .maxSkippedSteps(values.get(MAX_SKIPPED_STEPS))
                .logProbGapLimit(values.get(LOG_PROB_GAP_LIMIT))
                .build();
    }
}
