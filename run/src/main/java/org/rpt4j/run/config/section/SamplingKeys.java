package org.rpt4j.run.config.section;

import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Range;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Values;

/** The keys {@code sampling.*}: the rollouts of training. */
public final class SamplingKeys {

    private static final SamplingOptions PAPER = RptSettings.PAPER.sampling();
    private static final Section.Builder KEYS = Section.of("sampling", "The rollouts of training");

    public static final Key<Integer> GROUP_SIZE = KEYS.key("group-size", Numbers.whole(2))
            .says("Rollouts per prompt, G: they are compared with each other.")
            .in("rollouts")
            .after("section 3.3: 8")
            .onlyWith(TrainingKeys.SAMPLED, TrainingKeys::samples)
            .or(PAPER.groupSize());

    public static final Key<Double> TEMPERATURE = KEYS.key("temperature", Numbers.real(Range.above(0)))
            .says("Divides the logits, in sampling and in training.")
            .after("section 3.3: 0.8")
            .onlyWith(TrainingKeys.SAMPLED, TrainingKeys::samples)
            .or(PAPER.temperature());

    public static final Key<Integer> MAX_TOKENS = KEYS.key("max-tokens", Numbers.whole(1))
            .says("Most tokens of thought and prediction together, L_max, also in evaluation; the prompt leaves room"
                    + " for them in the context window.")
            .in("tokens")
            .after("section 3.3: 8192")
            .or(PAPER.maxTokens());

    public static final Key<Long> SEED = KEYS.key("seed", Numbers.wholeLong(Long.MIN_VALUE))
            .says("Keys every sample and the order of tasks and examples.")
            .orFrom("run.seed", values -> values.get(RunKeys.SEED));

    static final Section SECTION = KEYS.build();

    private SamplingKeys() {}

    /**
     * How rollouts are sampled.
     *
     * @param stops gives the stop tokens and the stop condition, and nothing else
     */
    public static SamplingOptions options(Values values, SamplingOptions stops) {
        return new SamplingOptions(
                values.get(GROUP_SIZE),
                values.get(TEMPERATURE),
                values.get(MAX_TOKENS),
                stops.stopTokens(),
                stops.stopCondition(),
                values.get(SEED),
                0);
    }
}
