package org.rpt4j.samples.stories;

import java.util.List;
import java.util.SplittableRandom;

/** A source of sentences that pose a puzzle and later state its answer. */
interface Puzzle {

    /** Returns the name that the inferences of this puzzle carry. */
    String kind();

    /** Tells the puzzle once, with characters from the cast. */
    List<Beat> tell(Cast cast, SplittableRandom random);
}
