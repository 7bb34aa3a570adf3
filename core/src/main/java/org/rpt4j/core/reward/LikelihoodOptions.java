package org.rpt4j.core.reward;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * What the rewards {@code likelihood} and {@code information-gain} make of the probability of the true tokens after a
 * thought. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class LikelihoodOptions {

    /** The number that a reward is, from the log-probabilities of the k true tokens after a thought. */
    public enum Kind {
        /** log p of all k tokens together, in nats: their sum. */
        LOG_PROB {
            @Override
            double of(double[] logProbs) {
                return Arrays.stream(logProbs).sum();
            }
        },
        /** The mean of log p over the k tokens, in nats. */
        AVERAGE_LOG_PROB {
            @Override
            double of(double[] logProbs) {
                return LOG_PROB.of(logProbs) / logProbs.length;
            }
        },
        /** p of all k tokens together: their product. */
        PROBABILITY {
            @Override
            double of(double[] logProbs) {
                return Math.exp(LOG_PROB.of(logProbs));
            }
        },
        /** The mean of p over the k tokens. */
        AVERAGE_PROBABILITY {
            @Override
            double of(double[] logProbs) {
                return Arrays.stream(logProbs).map(Math::exp).sum() / logProbs.length;
            }
        };

        /** @param logProbs of the k true tokens, in nats, [k] */
        abstract double of(double[] logProbs);

        boolean isProbability() {
            return this == PROBABILITY || this == AVERAGE_PROBABILITY;
        }
    }

    /** What a thought without an end is worth: one that was cut off, or that a stop token ended. */
    public enum Unfinished {
        /** It is closed for scoring, and gets the reward that it then earns. */
        CLOSE,
        /** The lowest of the rewards that the thoughts of its group earn, closed for scoring where they need it. */
        LOWEST
    }

    /** Most characters of a {@link #LEAD_IN}. */
    public static final int MOST_LEAD_IN = 200;

    public static final Setting<Kind> KIND = Setting.<Kind>of("kind", Kind.class)
            .says("What a thought earns for the probability p of the true tokens after it. LOG_PROB: log p."
                    + " AVERAGE_LOG_PROB: the mean of log p over the tokens. PROBABILITY: p. AVERAGE_PROBABILITY: the"
                    + " mean of p over the tokens.")
            .after("arXiv 2602.03979; VeriFree, arXiv 2505.21493, for PROBABILITY; RLPR, arXiv 2506.18254, for"
                    + " AVERAGE_PROBABILITY")
            .or(Kind.LOG_PROB);

    public static final Setting<Integer> TOKENS = Setting.whole("tokens", Range.atLeast(0))
            .says("Number of true tokens whose probability counts; a task with fewer is an abstention. 0: all that the"
                    + " task knows.")
            .in("tokens")
            .after("RLP, arXiv 2510.01265: 1")
            .or(1);

    public static final Setting<Boolean> DEBIAS = Setting.<Boolean>of("debias", Boolean.class)
            .says("Subtracts the same number without a thought: that of the bare context. A probability is cut to"
                    + " 0 to 1.")
            .after("RLPR, arXiv 2506.18254")
            .or(false);

    public static final Setting<List<Double>> GAIN_STEPS = Setting.<List<Double>>of("gain-steps", List.class)
            .mustBe("three increasing numbers, or none", LikelihoodOptions::areSteps)
            .says("Three thresholds, in percent, of how much a thought lowers the perplexity of the true tokens"
                    + " compared with the bare context. The reward is 0 below the first, then 0.5, 0.9, and 1 from the"
                    + " third on. Without thresholds the reward is the number itself.")
            .in("percent")
            .after("VR-CLI, arXiv 2503.22828; a later implementation uses 0.05, 0.1 and 2")
            .or(List.of());

    public static final Setting<Unfinished> UNFINISHED = Setting.<Unfinished>of("unfinished", Unfinished.class)
            .says("What a thought without an end is worth. CLOSE: it is closed for scoring. LOWEST: the lowest reward"
                    + " of its group.")
            .or(Unfinished.CLOSE);

    public static final Setting<String> LEAD_IN = Setting.<String>of("lead-in", String.class)
            .mustBe("a text of at most " + MOST_LEAD_IN + " characters", text -> text.length() <= MOST_LEAD_IN)
            .says("The text between the end of the thought and the true tokens; empty for none. The built-in"
                    + " instructions ask for the tokens in a box.")
            .or(AnswerExtractor.BOX);

    /** The names of all settings, which are the names of the options of a reward. */
    static final List<String> NAMES =
            List.of(KIND.name(), TOKENS.name(), DEBIAS.name(), GAIN_STEPS.name(), UNFINISHED.name(), LEAD_IN.name());

    private final Kind kind;
    private final int tokens;
    private final boolean debias;
    private final List<Double> steps;
    private final Unfinished unfinished;
    private final String leadIn;

    private LikelihoodOptions(Builder builder) {
        this.kind = builder.kind;
        this.tokens = builder.tokens;
        this.debias = builder.debias;
        this.steps = builder.steps;
        this.unfinished = builder.unfinished;
        this.leadIn = builder.leadIn;
    }

    private static boolean areSteps(List<Double> steps) {
        return steps.isEmpty()
                || steps.size() == 3
                        && steps.stream().allMatch(Double::isFinite)
                        && steps.get(0) < steps.get(1)
                        && steps.get(1) < steps.get(2);
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Reads the options of a reward, as text by name. Numbers of a list are separated by commas.
     *
     * @throws IllegalArgumentException if a name or a value is wrong, or values conflict
     */
    static LikelihoodOptions parse(Map<String, String> options) {
        Builder builder = builder();
        options.forEach((name, text) -> {
            switch (name) {
                case "kind" -> builder.kind(constant(name, text, Kind.values()));
                case "tokens" -> builder.tokens(number(name, text, "a whole number", Integer::valueOf));
                case "debias" -> builder.debias(flag(name, text));
                case "gain-steps" ->
                    builder.gainSteps(number(name, text, "a list of numbers", LikelihoodOptions::numbers));
                case "unfinished" -> builder.unfinished(constant(name, text, Unfinished.values()));
                case "lead-in" -> builder.leadIn(text);
                default ->
                    throw new IllegalArgumentException(
                            "no option is named \"" + name + "\". Available: " + String.join(", ", NAMES));
            }
        });
        return builder.build();
    }

    private static <E extends Enum<E>> E constant(String name, String text, E[] constants) {
        String wanted = text.toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(constants)
                .filter(constant -> constant.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> wrong(
                        name,
                        text,
                        "one of " + Arrays.stream(constants).map(Enum::name).collect(Collectors.joining(", "))));
    }

    private static <T> T number(String name, String text, String expected, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            throw wrong(name, text, expected);
        }
    }

    private static List<Double> numbers(String text) {
        return text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(Double::valueOf).toList();
    }

    private static boolean flag(String name, String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw wrong(name, text, "true or false");
        }
        return text.equals("true");
    }

    private static IllegalArgumentException wrong(String name, String text, String expected) {
        return new IllegalArgumentException("the option \"" + name + "\" is \"" + text + "\", must be " + expected);
    }

    /** What the reward is made of. */
    public Kind kind() {
        return kind;
    }

    /** Number of true tokens whose probability counts, k; 0 for all that a task knows. */
    public int tokens() {
        return tokens;
    }

    /** Whether the number without a thought is subtracted. */
    public boolean debias() {
        return debias;
    }

    /** Thresholds of the relative gain in perplexity, in percent; empty for none. */
    public List<Double> gainSteps() {
        return steps;
    }

    /** What a thought without an end is worth. */
    public Unfinished unfinished() {
        return unfinished;
    }

    /** The text between the end of the thought and the true tokens. */
    public String leadIn() {
        return leadIn;
    }

    /** Whether the probability without a thought is asked for, too. */
    boolean comparesWithNoThought() {
        return debias || !steps.isEmpty();
    }

    /** As {@link #parse} reads them. */
    public Map<String, String> asText() {
        return Map.of(
                KIND.name(), kind.name(),
                TOKENS.name(), Integer.toString(tokens),
                DEBIAS.name(), Boolean.toString(debias),
                GAIN_STEPS.name(), steps.stream().map(String::valueOf).collect(Collectors.joining(",")),
                UNFINISHED.name(), unfinished.name(),
                LEAD_IN.name(), leadIn);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LikelihoodOptions that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return Objects.hash(values());
    }

    @Override
    public String toString() {
        return "LikelihoodOptions" + values();
    }

    private List<Assigned> values() {
        return List.of(
                KIND.is(kind),
                TOKENS.is(tokens),
                DEBIAS.is(debias),
                GAIN_STEPS.is(steps),
                UNFINISHED.is(unfinished),
                LEAD_IN.is(leadIn));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private Kind kind = KIND.byDefault();
        private int tokens = TOKENS.byDefault();
        private boolean debias = DEBIAS.byDefault();
        private List<Double> steps = GAIN_STEPS.byDefault();
        private Unfinished unfinished = UNFINISHED.byDefault();
        private String leadIn = LEAD_IN.byDefault();

        private Builder() {}

        private Builder(LikelihoodOptions values) {
            this.kind = values.kind;
            this.tokens = values.tokens;
            this.debias = values.debias;
            this.steps = values.steps;
            this.unfinished = values.unfinished;
            this.leadIn = values.leadIn;
        }

        public Builder kind(Kind newKind) {
            this.kind = KIND.check(newKind);
            return this;
        }

        public Builder tokens(int newTokens) {
            this.tokens = TOKENS.check(newTokens);
            return this;
        }

        public Builder debias(boolean newDebias) {
            this.debias = newDebias;
            return this;
        }

        public Builder gainSteps(List<Double> newSteps) {
            this.steps = List.copyOf(GAIN_STEPS.check(newSteps));
            return this;
        }

        public Builder unfinished(Unfinished newUnfinished) {
            this.unfinished = UNFINISHED.check(newUnfinished);
            return this;
        }

        public Builder leadIn(String newLeadIn) {
            this.leadIn = LEAD_IN.check(newLeadIn);
            return this;
        }

        /**
         * Builds the options.
         *
         * @throws org.rpt4j.api.setting.SettingsConflictException if values do not go together
         */
        public LikelihoodOptions build() {
            new Conflicts()
                    .when(
                            !steps.isEmpty() && kind != Kind.AVERAGE_LOG_PROB,
                            "thresholds of the perplexity, which is exp(-AVERAGE_LOG_PROB), replace the number. Use"
                                    + " AVERAGE_LOG_PROB, or no steps.",
                            GAIN_STEPS.is(steps),
                            KIND.is(kind))
                    .when(
                            !steps.isEmpty() && debias,
                            "thresholds compare with the bare context already. Use only one of them.",
                            GAIN_STEPS.is(steps),
                            DEBIAS.is(debias))
                    .refuse();
            return new LikelihoodOptions(this);
        }
    }
}
