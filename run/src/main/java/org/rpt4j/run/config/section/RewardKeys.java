package org.rpt4j.run.config.section;

import org.rpt4j.core.reward.BoxRule;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Range;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;

/** The keys {@code reward.*}: how a prediction is judged. */
public final class RewardKeys {

    private static final Section.Builder KEYS = Section.of("reward", "How a prediction is judged");

    public static final Key<String> NAME = KEYS.key("name", Texts.NAME)
            .says("prefix-match: the box holds the next tokens exactly. first-token: it begins with the next token."
                    + " dense: as first-token, and a wrong one counts as much as the model thinks it probable."
                    + " conditional-dense: the same where one of the group is right. Or the name of a reward of your"
                    + " own on the class path.")
            .after("Eq. 3")
            .or("prefix-match");

    public static final Key<Long> DEADLINE = KEYS.key("deadline", Numbers.wholeLong(1))
            .says("A reward that takes longer for a group has no verdict on it; that is counted and is no reward of 0.")
            .in("seconds")
            .or(600L);

    public static final Key<Double> MAX_ABSTAINED = KEYS.key("max-abstained-share", Numbers.real(Range.between(0, 1)))
            .says("A run ends when more than this share of the rollouts of a step has no verdict, because the reward"
                    + " fails or is too slow; 1 for never.")
            .onlyWith("training.method is REINFORCEMENT", values -> TrainingKeys.isReinforced(values))
            .or(0.5);

    public static final Key<BoxRule> BOX = KEYS.key("box", Texts.oneOf(BoxRule.class))
            .says("Where a box ends: at the brace that matches its first, or at the last brace of the answer, so that"
                    + " lone braces can be predicted, too.")
            .after("unspecified by the paper")
            .or(BoxRule.BALANCED);

    static final Section SECTION = KEYS.build();

    private RewardKeys() {}
}
