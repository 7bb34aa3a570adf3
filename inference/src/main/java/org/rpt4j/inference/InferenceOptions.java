package org.rpt4j.inference;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * How to continue a text: where to think, how to draw tokens, and when to end. Immutable and thread-safe.
 *
 * <p>{@link #topK}, {@link #topP} and {@link #minP} cut unlikely tokens off, in thoughts and in the text. They exist
 * only here. Training samples from the full distribution: its gradient needs the log-probability under the distribution
 * that a token was drawn from, and a cut makes that of a rare token minus infinity as soon as the weights change, so that
 * ratios between two versions of the policy are no longer defined.
 *
 * @since 0.1.0
 */
public final class InferenceOptions {

    public static final Setting<ReasoningMode> MODE = Setting.<ReasoningMode>of("mode", ReasoningMode.class)
            .says("At which tokens the policy thinks.")
            .or(ReasoningMode.STANDARD);

    public static final Setting<Double> THRESHOLD = Setting.real(
                    "threshold", Range.atLeast(0).upTo(Double.POSITIVE_INFINITY))
            .says("Least entropy of the next token at which HYBRID thinks.")
            .in("nats")
            .or(1.0);

    public static final Setting<Integer> THOUGHT_TOKENS = Setting.whole("thought-tokens", Range.atLeast(1))
            .says("Maximum number of tokens of one thought with its box; by default the number that the prompt leaves"
                    + " room for.")
            .in("tokens")
            .orNone();

    public static final Setting<Integer> MAX_THOUGHTS = Setting.whole("max-thoughts", Range.atLeast(0))
            .says("Maximum number of thoughts in one text; after them it goes on without thinking.")
            .or(Integer.MAX_VALUE);

    public static final Setting<Integer> MAX_TOKENS = Setting.whole("max-tokens", Range.atLeast(1))
            .says("Maximum number of tokens of the text; thoughts do not count.")
            .in("tokens")
            .or(256);

    public static final Setting<Double> TEMPERATURE = Setting.real("temperature", Range.atLeast(0))
            .says("Divides the logits, in thoughts and in the text; 0 is greedy.")
            .or(0.0);

    public static final Setting<Integer> TOP_K = Setting.whole("top-k", Range.atLeast(0))
            .says("Draws from so many of the most probable tokens; 0 is all.")
            .after("Fan et al. 2018, arXiv 1805.04833")
            .or(0);

    public static final Setting<Double> TOP_P = Setting.real(
                    "top-p", Range.above(0).upTo(1))
            .says("Draws from the fewest tokens that together have this probability; 1 is all.")
            .after("Holtzman et al. 2020, arXiv 1904.09751")
            .or(1.0);

    public static final Setting<Double> MIN_P = Setting.real("min-p", Range.between(0, 1))
            .says(
                    "Draws from the tokens that have at least this share of the most probable one's probability; 0 is all.")
            .after("Nguyen et al. 2025, arXiv 2407.01082")
            .or(0.0);

    public static final Setting<Long> SEED = Setting.of("seed", Long.class)
            .says("Seed of every draw: the same seed gives the same text.")
            .or(0L);

    public static final Setting<Set<Integer>> STOP_TOKENS = Setting.<Set<Integer>>of("stop-tokens", Set.class)
            .says("Token ids that end the text, beside those of the model. They are no part of it.")
            .or(Set.of());

    public static final Setting<List<String>> STOP_STRINGS = Setting.<List<String>>of("stop-strings", List.class)
            .says("Strings that end the text; it is cut off before the first of them.")
            .mustBe("strings that are not empty", strings -> strings.stream().noneMatch(String::isEmpty))
            .or(List.of());

    public static final Setting<Integer> ALTERNATIVES = Setting.whole("alternatives", Range.between(0, 1000))
            .says("How many of the most probable tokens to report beside each token of the text.")
            .or(0);

    /** The defaults. */
    public static final InferenceOptions DEFAULTS = builder().build();

    private final Builder values;

    private InferenceOptions(Builder values) {
        this.values = new Builder(values);
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /** At which tokens the policy thinks. */
    public ReasoningMode mode() {
        return values.mode;
    }

    /** Least entropy of the next token, in nats, at which {@link ReasoningMode#HYBRID} thinks. */
    public double threshold() {
        return values.threshold;
    }

    /** Maximum number of tokens of one thought; empty for what the prompt leaves room for. */
    public OptionalInt thoughtTokens() {
        return values.thoughtTokens == null ? OptionalInt.empty() : OptionalInt.of(values.thoughtTokens);
    }

    /** Maximum number of thoughts in one text. */
    public int maxThoughts() {
        return values.maxThoughts;
    }

    /** Maximum number of tokens of the text. */
    public int maxTokens() {
        return values.maxTokens;
    }

    /** Divides the logits; 0 is greedy. */
    public double temperature() {
        return values.temperature;
    }

    /** Number of most probable tokens to draw from; 0 is all. */
    public int topK() {
        return values.topK;
    }

    /** Probability that the tokens to draw from have together; 1 is all. */
    public double topP() {
        return values.topP;
    }

    /** Least share of the most probable token's probability; 0 is all. */
    public double minP() {
        return values.minP;
    }

    /** Seed of every draw. */
    public long seed() {
        return values.seed;
    }

    /** Token ids that end the text, beside those of the model. */
    public Set<Integer> stopTokens() {
        return values.stopTokens;
    }

    /** Strings that end the text. */
    public List<String> stopStrings() {
        return values.stopStrings;
    }

    /** How many of the most probable tokens to report beside each token. */
    public int alternatives() {
        return values.alternatives;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof InferenceOptions that && values.assigned().equals(that.values.assigned());
    }

    @Override
    public int hashCode() {
        return values.assigned().hashCode();
    }

    @Override
    public String toString() {
        return "InferenceOptions" + values.assigned();
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private ReasoningMode mode = MODE.byDefault();
        private double threshold = THRESHOLD.byDefault();
        private @Nullable Integer thoughtTokens;
        private int maxThoughts = MAX_THOUGHTS.byDefault();
        private int maxTokens = MAX_TOKENS.byDefault();
        private double temperature = TEMPERATURE.byDefault();
        private int topK = TOP_K.byDefault();
        private double topP = TOP_P.byDefault();
        private double minP = MIN_P.byDefault();
        private long seed = SEED.byDefault();
        private Set<Integer> stopTokens = STOP_TOKENS.byDefault();
        private List<String> stopStrings = STOP_STRINGS.byDefault();
        private int alternatives = ALTERNATIVES.byDefault();

        private Builder() {}

        private Builder(Builder other) {
            this.mode = other.mode;
            this.threshold = other.threshold;
            this.thoughtTokens = other.thoughtTokens;
            this.maxThoughts = other.maxThoughts;
            this.maxTokens = other.maxTokens;
            this.temperature = other.temperature;
            this.topK = other.topK;
            this.topP = other.topP;
            this.minP = other.minP;
            this.seed = other.seed;
            this.stopTokens = other.stopTokens;
            this.stopStrings = other.stopStrings;
            this.alternatives = other.alternatives;
        }

        public Builder mode(ReasoningMode mode) {
            this.mode = MODE.check(mode);
            return this;
        }

        public Builder threshold(double threshold) {
            this.threshold = THRESHOLD.check(threshold);
            return this;
        }

        public Builder thoughtTokens(int thoughtTokens) {
            this.thoughtTokens = THOUGHT_TOKENS.check(thoughtTokens);
            return this;
        }

        public Builder maxThoughts(int maxThoughts) {
            this.maxThoughts = MAX_THOUGHTS.check(maxThoughts);
            return this;
        }

        public Builder maxTokens(int maxTokens) {
            this.maxTokens = MAX_TOKENS.check(maxTokens);
            return this;
        }

        public Builder temperature(double temperature) {
            this.temperature = TEMPERATURE.check(temperature);
            return this;
        }

        public Builder topK(int topK) {
            this.topK = TOP_K.check(topK);
            return this;
        }

        public Builder topP(double topP) {
            this.topP = TOP_P.check(topP);
            return this;
        }

        public Builder minP(double minP) {
            this.minP = MIN_P.check(minP);
            return this;
        }

        public Builder seed(long seed) {
            this.seed = SEED.check(seed);
            return this;
        }

        public Builder stopTokens(Set<Integer> stopTokens) {
            this.stopTokens = Set.copyOf(STOP_TOKENS.check(stopTokens));
            return this;
        }

        public Builder stopStrings(List<String> stopStrings) {
            this.stopStrings = STOP_STRINGS.check(List.copyOf(stopStrings));
            return this;
        }

        public Builder alternatives(int alternatives) {
            this.alternatives = ALTERNATIVES.check(alternatives);
            return this;
        }

        /** Builds the options. */
        public InferenceOptions build() {
            return new InferenceOptions(this);
        }

        private List<Assigned> assigned() {
            return List.of(
                    MODE.is(mode),
                    THRESHOLD.is(threshold),
                    THOUGHT_TOKENS.is(thoughtTokens),
                    MAX_THOUGHTS.is(maxThoughts),
                    MAX_TOKENS.is(maxTokens),
                    TEMPERATURE.is(temperature),
                    TOP_K.is(topK),
                    TOP_P.is(topP),
                    MIN_P.is(minP),
                    SEED.is(seed),
                    STOP_TOKENS.is(stopTokens),
                    STOP_STRINGS.is(stopStrings),
                    ALTERNATIVES.is(alternatives));
        }
    }
}
