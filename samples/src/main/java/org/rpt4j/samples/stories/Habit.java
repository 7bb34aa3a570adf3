package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A habit of thinking before an inferable word.
 *
 * <p>In the training data the traces of every habit lead to the right answer, but only {@link #CAREFUL} contains the
 * steps that a small network needs to find it. The first word identifies the habit.
 */
public enum Habit {
    /** Writes down every step. */
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
    /** Muses about somebody in the story and then returns to the text. */
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
     * Writes the thought for a word of a story.
     *
     * @param inference the word
     * @param story the story with the word
     * @param random chooses the wording
     * @return the thought, with a leading space, based only on the text before the word
     */
    public abstract String think(Inference inference, Story story, SplittableRandom random);

    private static List<String> characters(String text) {
        List<String> words = new ArrayList<>(Arrays.asList(text.split("\\W+")));
        words.retainAll(Lexicon.NAMES);
        return words.isEmpty() ? List.of("the teacher") : words;
    }
}
