package org.rpt4j.samples.stories;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Several wordings of the same statement.
 *
 * @param choices sentences with {@code {slots}}
 */
record Wordings(List<String> choices) {

    static Wordings of(String... choices) {
        return new Wordings(List.of(choices));
    }

    /** Returns one wording, ready to be filled; as in real prose, the first ones are more common than the last. */
    Sentence pick(SplittableRandom random) {
        int first = random.nextInt(choices.size());
        int second = random.nextInt(choices.size());
        return new Sentence(choices.get(Math.min(first, second)));
    }
}
