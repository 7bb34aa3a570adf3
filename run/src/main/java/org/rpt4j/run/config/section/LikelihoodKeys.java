package org.rpt4j.run.config.section;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.rpt4j.api.setting.Range;
import org.rpt4j.core.reward.LikelihoodOptions;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code likelihood.*}: what a thought earns for the likelihood of the true tokens.
 *
 * @since 0.1.0
 */
public final class LikelihoodKeys {

    private static final String LIKELIHOOD = "likelihood";
    private static final String INFORMATION_GAIN = "information-gain";
    private static final String PLAIN = "reward.name is likelihood";
    private static final Predicate<Values> IS_PLAIN =
            values -> values.get(RewardKeys.NAME).equals(LIKELIHOOD);

    private static final Section.Builder KEYS = Section.of("likelihood", "The rewards likelihood and information-gain")
            .onlyWith("reward.name is likelihood or information-gain", LikelihoodKeys::areAsked);

    public static final Key<LikelihoodOptions.Kind> KIND =
            KEYS.key(LikelihoodOptions.KIND).onlyWith(PLAIN, IS_PLAIN).asDeclared();

    public static final Key<Integer> TOKENS = KEYS.key(LikelihoodOptions.TOKENS).asDeclared();

    public static final Key<Boolean> DEBIAS =
            KEYS.key(LikelihoodOptions.DEBIAS).onlyWith(PLAIN, IS_PLAIN).asDeclared();

    public static final Key<List<Double>> GAIN_STEPS = KEYS.key(
                    LikelihoodOptions.GAIN_STEPS.name(),
                    Lists.ofAny(Numbers.real(Range.between(-1e6, 100))),
                    LikelihoodOptions.GAIN_STEPS)
            .onlyWith(PLAIN, IS_PLAIN)
            .asDeclared();

    public static final Key<LikelihoodOptions.Unfinished> UNFINISHED =
            KEYS.key(LikelihoodOptions.UNFINISHED).asDeclared();

    public static final Key<String> LEAD_IN = KEYS.key(
                    LikelihoodOptions.LEAD_IN.name(),
                    Texts.upTo(LikelihoodOptions.MOST_LEAD_IN),
                    LikelihoodOptions.LEAD_IN)
            .asDeclared();

    static final Section SECTION = KEYS.build();

    private LikelihoodKeys() {}

    /** Returns whether the reward is one of them. */
    static boolean areAsked(Values values) {
        return List.of(LIKELIHOOD, INFORMATION_GAIN).contains(values.get(RewardKeys.NAME));
    }

    /**
     * Returns the options of the reward, as far as it has them.
     *
     * @throws IllegalArgumentException if values conflict; the message names them
     */
    public static LikelihoodOptions options(Values values) {
        LikelihoodOptions.Builder options = LikelihoodOptions.builder()
                .tokens(values.get(TOKENS))
                .unfinished(values.get(UNFINISHED))
                .leadIn(values.get(LEAD_IN));
        if (IS_PLAIN.test(values)) {
            options.kind(values.get(KIND)).debias(values.get(DEBIAS)).gainSteps(values.get(GAIN_STEPS));
        }
        return options.build();
    }

    /** Returns whether the reward is a log-probability or a difference of two, which may be below 0. */
    static boolean mayBeNegative(Values values) {
        boolean logarithmic = values.get(KIND) == LikelihoodOptions.Kind.LOG_PROB
                || values.get(KIND) == LikelihoodOptions.Kind.AVERAGE_LOG_PROB;
        return areAsked(values)
                && (!IS_PLAIN.test(values)
                        || logarithmic && values.get(GAIN_STEPS).isEmpty());
    }

    /** Returns whether the reward is a difference to the likelihood after the bare context. */
    static boolean compareWithBareContext(Values values) {
        return areAsked(values)
                && (!IS_PLAIN.test(values)
                        || values.get(DEBIAS)
                        || !values.get(GAIN_STEPS).isEmpty());
    }

    /** Returns the options as the reward reads them; none for another reward. */
    static Map<String, String> asText(Values values) {
        if (!areAsked(values)) {
            return Map.of();
        }
        Map<String, String> options = new TreeMap<>(options(values).asText());
        if (!IS_PLAIN.test(values)) {
            options.keySet()
                    .removeAll(List.of(
                            LikelihoodOptions.KIND.name(),
                            LikelihoodOptions.DEBIAS.name(),
                            LikelihoodOptions.GAIN_STEPS.name()));
        }
        return options;
    }

    /**
     * Returns how many tokens the reward asks about after a thought, so that a prompt leaves room for them.
     *
     * @param end the marker that closes a thought
     */
    public static int tokensAfterThought(Values values, Tokenizer tokenizer, String end) {
        if (!areAsked(values)) {
            return 0;
        }
        int asked = values.get(TOKENS) > 0 ? values.get(TOKENS) : values.get(SelectionKeys.CONTINUATION);
        return tokenizer.encodeContinuation(end + values.get(LEAD_IN)).length + asked;
    }
}
