package org.rpt4j.samples.base;

import org.rpt4j.samples.stories.Story;
import org.rpt4j.samples.stories.StoryGenerator;

/** Four reckonings to one story with mixed puzzles and prose: what the base model reads and what the quickstart filters. */
final class StoryMix {

    private static final StoryGenerator GENERATOR = new StoryGenerator();

    private StoryMix() {}

    static Story text(long seed) {
        return seed % 5 == 0 ? GENERATOR.story(seed) : GENERATOR.reckoning(seed);
    }
}
