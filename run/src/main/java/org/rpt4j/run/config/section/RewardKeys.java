package org.rpt4j.run.config.section;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.setting.Range;
import org.rpt4j.core.reward.BoxRule;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.spi.RewardVerifierProvider;
import org.rpt4j.spi.RewardVerifiers;

/**
 * The keys {@code reward.*}: how a prediction is rewarded.
 *
 * @since 0.1.0
 */
public final class RewardKeys {

    private static final Section.Builder KEYS = Section.of("reward", "How a prediction is rewarded");

    public static final Key<String> NAME = KEYS.key("name", Texts.NAME)
            .says("prefix-match: the box holds exactly the next tokens. first-token: the box begins with the next"
                    + " token. dense: like first-token, but a wrong token earns the probability that the model"
                    + " gives it. conditional-dense: like dense if one rollout of the group is correct,"
                    + " otherwise every reward is 0. likelihood: how likely the thought makes the next tokens, without"
                    + " a box (likelihood.*). information-gain: how many nats it adds to their log-probability. judge:"
                    + " whether a model says that the box means what follows (reward.options). For answers:"
                    + " exact-answer, math-answer, multiple-choice, code-output. Or the name of your own reward on the"
                    + " class path.")
            .after("Eq. 3")
            .orFrom(
                    TaskKeys.KIND,
                    "prefix-match, or exact-answer for answers",
                    values -> TaskKeys.areAnswers(values) ? "exact-answer" : "prefix-match");

    public static final Key<List<String>> OPTIONS = KEYS.key("options", Lists.ofAny(Texts.OPTION))
            .says("Options that the reward reads, such as tolerance=0.001 for math-answer. An option that it has not is"
                    + " refused with the names of those that it has.")
            .or(List.of());

    public static final Key<Long> DEADLINE = KEYS.key("deadline", Numbers.wholeLong(Range.atLeast(1)))
            .says("Time limit of a reward for one group. A late reward counts as an abstention, not as a reward"
                    + " of 0.")
            .in("seconds")
            .or(600L);

    public static final Key<Double> MAX_ABSTAINED = KEYS.key("max-abstained-share", Numbers.real(Range.between(0, 1)))
            .says("A run ends if the reward abstains, because it fails or times out, on more than this share of"
                    + " the rollouts of a step; 1 never ends it.")
            .onlyWith(TrainingKeys.REINFORCED, TrainingKeys::isReinforced)
            .or(0.5);

    public static final Key<BoxRule> BOX = KEYS.key("box", Texts.oneOf(BoxRule.class))
            .says("Where a box ends: at the brace that matches its first, or at the last brace of the answer, so"
                    + " that unbalanced braces can be predicted too.")
            .after("unspecified by the paper")
            .or(BoxRule.BALANCED);

    static final Section SECTION = KEYS.build();

    private RewardKeys() {}

    /** Returns whether the reward judges the thought of a rollout and nothing after it, so that no box is sampled. */
    public static boolean judgesThoughtAlone(Values values) {
        String name = values.get(NAME);
        return RewardVerifiers.discover().all().stream()
                .filter(provider -> provider.name().equals(name))
                .anyMatch(RewardVerifierProvider::judgesThoughtAlone);
    }

    /** Returns the options of the reward by name, whether they have keys of their own or not. */
    public static Map<String, String> allOptions(Values values) {
        Map<String, String> options = new LinkedHashMap<>(options(values));
        options.putAll(LikelihoodKeys.asText(values));
        return options;
    }

    /** Returns the options in {@link #OPTIONS} by name; of a name that is given twice, the last value. */
    public static Map<String, String> options(Values values) {
        Map<String, String> options = new LinkedHashMap<>();
        values.get(OPTIONS).forEach(option -> options.put(Texts.name(option), Texts.option(option)));
        return options;
    }
}
