package org.rpt4j.core.config.section;

import org.rpt4j.core.config.key.Key;
import org.rpt4j.core.config.key.Section;
import org.rpt4j.core.config.key.Texts;

/** The keys {@code reward.*}: how a prediction is judged. */
public final class RewardKeys {

    private static final Section.Builder KEYS = Section.of("reward", "How a prediction is judged");

    public static final Key<String> NAME = KEYS.key("name", Texts.NAME)
            .says("prefix-match: the box holds the next tokens exactly. first-token: it begins with the next token."
                    + " Or the name of a reward of your own on the class path.")
            .after("Eq. 3")
            .or("prefix-match");

    static final Section SECTION = KEYS.build();

    private RewardKeys() {}
}
