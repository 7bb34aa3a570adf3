package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes short stories that contain puzzles.
 *
 * <p>A story has 45 to 90 words, of which three to five can be inferred. The same seed gives the same story on every
 * machine, forever. Stateless and thread-safe.
 */
public final class StoryGenerator {

    private static final int LEAST_WORDS = 45;
    private static final int MOST_WORDS = 90;
    private static final int LEAST_INFERENCES = 3;
    private static final int MOST_INFERENCES = 5;

    private final List<Puzzle> puzzles;

    /** Creates a generator with every kind of puzzle. */
    public StoryGenerator() {
        puzzles = List.of(
                new QuantityPuzzle(), new HolderPuzzle(), new CalendarPuzzle(), new OrderPuzzle(), new UnitsPuzzle());
    }

    /**
     * Writes one story.
     *
     * @param seed any number; different seeds give different stories
     * @return the story of this seed
     */
    public Story story(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Puzzle main = Draw.one(random, puzzles);
        int least = Draw.chance(random, 40) ? LEAST_INFERENCES : LEAST_INFERENCES + 1;
        Story draft = draft(main, random);
        while (!fits(draft, least)) {
            draft = draft(main, random);
        }
        return draft;
    }

    /** Tells the main puzzle, in most stories another one before or after it, and filler around them. */
    private Story draft(Puzzle main, SplittableRandom random) {
        List<Puzzle> chosen = new ArrayList<>(List.of(main));
        Puzzle other = Draw.one(random, puzzles);
        if (other != main) {
            chosen.add(random.nextInt(2), other);
        }
        Cast cast = new Cast(random);
        List<Beat> beats = new ArrayList<>();
        for (Puzzle puzzle : chosen) {
            List<Beat> told = new ArrayList<>(puzzle.tell(cast, random));
            if (Draw.chance(random, 30)) {
                told.add(Draw.between(random, 1, told.size()), Filler.setPhrase(random));
            }
            beats.addAll(told);
        }
        beats.add(0, Filler.opening(random));
        beats.add(Draw.between(random, 1, beats.size()), Filler.remark(random));
        return Beat.join(beats);
    }

    private static boolean fits(Story story, int leastInferences) {
        int words = story.text().split(" ").length;
        int inferences = story.inferences().size();
        return words >= LEAST_WORDS
                && words <= MOST_WORDS
                && inferences >= leastInferences
                && inferences <= MOST_INFERENCES;
    }
}
