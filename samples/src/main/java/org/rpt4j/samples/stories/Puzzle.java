package org.rpt4j.samples.stories;

import java.util.List;
import java.util.SplittableRandom;

/** A source of sentences that set a riddle and later tell its answer. */
interface Puzzle {

    /** The name that the inferences of this puzzle carry. */
    String kind();

    /** Tells the puzzle once, with characters taken from the cast. */
    List<Beat> tell(Cast cast, SplittableRandom random);
}
