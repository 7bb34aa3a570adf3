package org.rpt4j.run.config.section;

import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code tasks.*}: what the model is asked to do.
 *
 * @since 0.1.0
 */
public final class TaskKeys {

    /** Kinds of tasks. */
    public enum Kind {
        /** To predict a token of a text that is hard to predict, as in the paper. */
        NEXT_TOKEN,
        /** To answer a question: the second stage. */
        ANSWERS
    }

    static final String OF_TEXT = "tasks.kind is NEXT_TOKEN";

    private static final Section.Builder KEYS = Section.of("tasks", "What the model is asked to do");

    public static final Key<Kind> KIND = KEYS.key("kind", Texts.oneOf(Kind.class))
            .says("NEXT_TOKEN: predict tokens of the corpus that are hard to predict. ANSWERS: answer the questions of"
                    + " answers.paths, as a second stage after NEXT_TOKEN.")
            .after("Eq. 1; section 4.4 for a second stage")
            .or(Kind.NEXT_TOKEN);

    static final Section SECTION = KEYS.build();

    private TaskKeys() {}

    /** Returns whether tasks are questions with answers. */
    public static boolean areAnswers(Values values) {
        return values.get(KIND) == Kind.ANSWERS;
    }
}
