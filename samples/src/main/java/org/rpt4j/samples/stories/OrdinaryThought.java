package org.rpt4j.samples.stories;

import java.util.List;
import java.util.SplittableRandom;

/** The thought before a word that cannot be inferred: very short. */
public final class OrdinaryThought {

    private static final List<String> WORDINGS = List.of(
            " Nothing to work out here.",
            " Nothing to solve, just read on.",
            " Nothing hidden in this place.",
            " Nothing but plain words here.");

    private OrdinaryThought() {}

    /**
     * Writes the thought for an ordinary word.
     *
     * @param random chooses the wording
     * @return one of a few wordings, with a leading space
     */
    public static String think(SplittableRandom random) {
        return Draw.one(random, WORDINGS);
    }
}
