package org.rpt4j.api;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * How to sample. The defaults are those of the paper: 8 rollouts per prompt at temperature 0.8, with at most 8192
 * tokens. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class SamplingOptions {

    public static final Setting<Integer> GROUP_SIZE = Setting.whole("group-size", Range.atLeast(1))
            .says("Rollouts per prompt, G: they are compared with each other.")
            .in("rollouts")
            .after("section 3.3: 8")
            .or(8);

    public static final Setting<Double> TEMPERATURE = Setting.real("temperature", Range.atLeast(0))
            .says("Divides the logits, in sampling and in training.")
            .after("section 3.3: 0.8")
            .or(0.8);

    public static final Setting<Integer> MAX_TOKENS = Setting.whole("max-tokens", Range.atLeast(1))
            .says("Maximum number of tokens of thought and prediction together, L_max, also in evaluation."
                    + " The prompt leaves room for them in the context window.")
            .in("tokens")
            .after("section 3.3: 8192")
            .or(8192);

    public static final Setting<Set<Integer>> STOP_TOKENS = Setting.<Set<Integer>>of("stop-tokens", Set.class)
            .says("Token ids that end a completion, as its last token.")
            .or(Set.of());

    public static final Setting<StopCondition> STOP_CONDITION = Setting.<StopCondition>of(
                    "stop-condition", StopCondition.class)
            .says("Ends a completion depending on its content.")
            .or(StopCondition.NEVER);

    public static final Setting<Long> SEED = Setting.of("seed", Long.class)
            .says("Seed of every sample and of the order of tasks and examples.")
            .or(0L);

    public static final Setting<Long> STEP = Setting.of("step", Long.class)
            .says("Second word of the random key.")
            .or(0L);

    private final int groupSize;
    private final double temperature;
    private final int maxTokens;
    private final Set<Integer> stopTokens;
    private final StopCondition stopCondition;
    private final long seed;
    private final long step;

    private SamplingOptions(Builder builder) {
        this.groupSize = builder.groupSize;
        this.temperature = builder.temperature;
        this.maxTokens = builder.maxTokens;
        this.stopTokens = builder.stopTokens;
        this.stopCondition = builder.stopCondition;
        this.seed = builder.seed;
        this.step = builder.step;
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Greedy decoding of one completion per prompt. */
    public static SamplingOptions greedy(int maxTokens) {
        return builder().groupSize(1).temperature(0).maxTokens(maxTokens).build();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Rollouts per prompt, G. */
    public int groupSize() {
        return groupSize;
    }

    /** Divides the logits. 0 means greedy decoding, with log-probabilities at temperature 1. */
    public double temperature() {
        return temperature;
    }

    /** Maximum number of tokens of a completion. */
    public int maxTokens() {
        return maxTokens;
    }

    /** Token ids that end a completion, as its last token. */
    public Set<Integer> stopTokens() {
        return stopTokens;
    }

    /** Ends a completion depending on its content. */
    public StopCondition stopCondition() {
        return stopCondition;
    }

    /** First word of the random key. */
    public long seed() {
        return seed;
    }

    /** Second word of the random key: the training step, or any number that distinguishes calls. */
    public long step() {
        return step;
    }

    /** The temperature at which log-probabilities are computed: 1 for greedy decoding. */
    public double logProbTemperature() {
        return temperature == 0 ? 1 : temperature;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SamplingOptions that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "SamplingOptions" + values();
    }

    private List<Assigned> values() {
        return List.of(
                GROUP_SIZE.is(groupSize),
                TEMPERATURE.is(temperature),
                MAX_TOKENS.is(maxTokens),
                STOP_TOKENS.is(stopTokens),
                STOP_CONDITION.is(stopCondition),
                SEED.is(seed),
                STEP.is(step));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private int groupSize = GROUP_SIZE.byDefault();
        private double temperature = TEMPERATURE.byDefault();
        private int maxTokens = MAX_TOKENS.byDefault();
        private Set<Integer> stopTokens = STOP_TOKENS.byDefault();
        private StopCondition stopCondition = STOP_CONDITION.byDefault();
        private long seed = SEED.byDefault();
        private long step = STEP.byDefault();

        private Builder() {}

        private Builder(SamplingOptions values) {
            this.groupSize = values.groupSize;
            this.temperature = values.temperature;
            this.maxTokens = values.maxTokens;
            this.stopTokens = values.stopTokens;
            this.stopCondition = values.stopCondition;
            this.seed = values.seed;
            this.step = values.step;
        }

        public Builder groupSize(int groupSize) {
            this.groupSize = GROUP_SIZE.check(groupSize);
            return this;
        }

        public Builder temperature(double temperature) {
            this.temperature = TEMPERATURE.check(temperature);
            return this;
        }

        public Builder maxTokens(int maxTokens) {
            this.maxTokens = MAX_TOKENS.check(maxTokens);
            return this;
        }

        public Builder stopTokens(Set<Integer> stopTokens) {
            this.stopTokens = Set.copyOf(STOP_TOKENS.check(stopTokens));
            return this;
        }

        public Builder stopCondition(StopCondition stopCondition) {
            this.stopCondition = STOP_CONDITION.check(stopCondition);
            return this;
        }

        public Builder seed(long seed) {
            this.seed = SEED.check(seed);
            return this;
        }

        public Builder step(long step) {
            this.step = STEP.check(step);
            return this;
        }

        /** Builds the options. */
        public SamplingOptions build() {
            return new SamplingOptions(this);
        }
    }
}
