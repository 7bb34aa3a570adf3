package org.rpt4j.run.config.section;

import org.rpt4j.api.Precision;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Range;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/** The keys {@code training.*}: steps and batches. */
public final class TrainingKeys {

    /** How the policy is trained. */
    public enum Method {
        /** On the rewards of its own rollouts. */
        REINFORCEMENT,
        /** A control: to predict every token of the corpus, without a thought. */
        NEXT_TOKEN,
        /** A control: as NEXT_TOKEN, and to imitate its own thoughts that hit, half and half. */
        MIXED_SUPERVISED
    }

    static final String REINFORCED = "training.method is REINFORCEMENT";
    static final String SAMPLED = "training.method is REINFORCEMENT or MIXED_SUPERVISED";

    private static final double FP32_GAP = 1e-4;
    private static final double BF16_GAP = 0.05;
    private static final RptSettings PAPER = RptSettings.PAPER;
    private static final Section.Builder KEYS = Section.of("training", "Steps and batches");

    public static final Key<Method> METHOD = KEYS.key("method", Texts.oneOf(Method.class))
            .says("REINFORCEMENT: on the rewards of rollouts. Two controls show what the same compute buys without it:"
                    + " NEXT_TOKEN learns every token of the corpus, MIXED_SUPERVISED learns text and the policy's own"
                    + " thoughts that hit, half and half.")
            .after("section 4.3: continual next-token training as a baseline")
            .or(Method.REINFORCEMENT);

    public static final Key<Long> STEPS = KEYS.key("steps", Numbers.wholeLong(0))
            .says("Number of the step to stop before, counted from 0.")
            .in("steps")
            .after("section 3.3: 1000")
            .onlyWith(SAMPLED, TrainingKeys::samples)
            .or(PAPER.steps());

    public static final Key<Long> START_STEP = KEYS.key("start-step", Numbers.wholeLong(0))
            .says("Number of the first step, for a run that goes on from a checkpoint.")
            .in("steps")
            .onlyWith(REINFORCED, TrainingKeys::isReinforced)
            .or(PAPER.startStep());

    public static final Key<Integer> PROMPTS_PER_STEP = KEYS.key("prompts-per-step", Numbers.whole(1))
            .says("Groups of one step.")
            .in("groups")
            .after("section 3.3: 256")
            .onlyWith(SAMPLED, TrainingKeys::samples)
            .or(PAPER.promptsPerStep());

    public static final Key<Integer> UPDATES_PER_BATCH = KEYS.key("updates-per-batch", Numbers.whole(1))
            .says("Optimizer steps on the same rollouts; 1 is exactly on-policy.")
            .after("section 3.3: 1")
            .onlyWith(REINFORCED, TrainingKeys::isReinforced)
            .or(PAPER.updatesPerBatch());

    public static final Key<Integer> MICRO_BATCH_TOKENS = KEYS.key("micro-batch-tokens", Numbers.whole(1))
            .says("Tokens of one forward pass; fewer need less memory and give the same result up to rounding.")
            .in("tokens")
            .or(PAPER.microBatchTokens());

    public static final Key<Integer> MAX_SKIPPED_STEPS = KEYS.key("max-skipped-steps", Numbers.whole(0))
            .says("Updates that may be skipped because something was not finite; one more ends the run.")
            .in("updates")
            .or(PAPER.maxSkippedSteps());

    public static final Key<Double> LOG_PROB_GAP_LIMIT = KEYS.key("log-prob-gap-limit", Numbers.real(Range.above(0)))
            .says("Most difference between a token's log-probability in sampling and in training.")
            .in("nats")
            .onlyWith(REINFORCED, TrainingKeys::isReinforced)
            .orFrom(
                    "backend.precision: 1E-4 for FP32, 0.05 for BF16",
                    values -> values.get(BackendKeys.PRECISION) == Precision.FP32 ? FP32_GAP : BF16_GAP);

    static final Section SECTION = KEYS.build();

    private TrainingKeys() {}

    /** Whether the policy learns from rewards. */
    public static boolean isReinforced(Values values) {
        return values.get(METHOD) == Method.REINFORCEMENT;
    }

    /** Whether the run is a control, held to a budget of compute. */
    public static boolean isControl(Values values) {
        return !isReinforced(values);
    }

    /** Whether training asks the policy about tasks. */
    public static boolean samples(Values values) {
        return values.get(METHOD) != Method.NEXT_TOKEN;
    }

    /**
     * Settings of the trainer.
     *
     * @param stops gives the stop tokens and the stop condition of the rollouts, and nothing else
     * @throws IllegalArgumentException if values do not go together; the message says which
     */
    public static RptSettings settings(Values values, SamplingOptions stops) {
        return new RptSettings(
                values.get(STEPS),
                values.get(START_STEP),
                values.get(PROMPTS_PER_STEP),
                SamplingKeys.options(values, stops),
                ObjectiveKeys.objective(values),
                values.get(UPDATES_PER_BATCH),
                OptimizerKeys.schedule(values),
                values.get(MICRO_BATCH_TOKENS),
                TruncationKeys.handling(values),
                DynamicSamplingKeys.sampling(values),
                values.get(MAX_SKIPPED_STEPS),
                values.get(LOG_PROB_GAP_LIMIT));
    }
}
