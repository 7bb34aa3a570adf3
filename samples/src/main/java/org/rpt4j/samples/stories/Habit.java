package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A way to think before a word that can be worked out.
 *
 * <p>The traces of every habit lead to the right answer in the training data, but only {@link #CAREFUL} holds the steps
 * that a small network needs to get there. The first word of a thought gives its habit away.
 */
public enum Habit {
    /** Writes every step down. */
    CAREFUL {
        @Override
        public String think(Inference inference, Story story, SplittableRandom random) {
            return " Steps:" + inference.thought();
        }
    },
    /** Claims that the answer is obvious. */
    HASTY {
        @Override
        public String think(Inference inference, Story story, SplittableRandom random) {
            return Draw.one(random, CLAIMS);
        }
    },
    /** Muses about somebody in the story and then comes back to the text. */
    WANDERING {
        @Override
        public String think(Inference inference, Story story, SplittableRandom random) {
            String read = story.text().substring(0, inference.offset());
            return Draw.one(random, MUSINGS).replace("{who}", Draw.one(random, characters(read)));
        }
    };

    private static final List<String> CLAIMS = List.of(
            " Quick to see, one look is enough.",
            " Quick and easy, no need to count.",
            " Clearly there is just one way here.",
            " Clearly this is plain to see.",
            " Quick, say it at once.");
    private static final List<String> MUSINGS = List.of(
            " Well, {who} must be a nice person. Back to the text.",
            " Well, I wonder what {who} has for lunch.",
            " Perhaps {who} likes the weather today. But never mind.",
            " Perhaps it is late for {who}. On with it.",
            " Well, it must be nice to be {who}.");

    /**
     * Thinks about a word of a story.
     *
     * @param inference the word
     * @param story the story that the word belongs to
     * @param random picks the wording
     * @return the thought, with a leading space, made from nothing that stands after the word
     */
    public abstract String think(Inference inference, Story story, SplittableRandom random);

    private static List<String> characters(String text) {
        List<String> words = new ArrayList<>(Arrays.asList(text.split("\\W+")));
        words.retainAll(Lexicon.NAMES);
        return words.isEmpty() ? List.of("the teacher") : words;
    }
}
