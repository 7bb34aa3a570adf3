package org.rpt4j.samples.base;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.samples.stories.Story;
import org.rpt4j.samples.stories.StoryGenerator;

/**
 * The corpus of the quickstart: stories as JSON Lines, each split into a problem and its solution. The base model has
 * seen none of them.
 *
 * <p>Usage: {@code StoryCorpus FILE STORIES}. The shipped corpus has 800 stories; a longer corpus begins with the same
 * ones.
 */
public final class StoryCorpus {

    private StoryCorpus() {}

    /** Writes a corpus; see the class comment for the arguments. */
    public static void main(String[] args) {
        write(Path.of(args[0]), Integer.parseInt(args[1]));
    }

    /**
     * Writes the stories of the seeds 0 to {@code count - 1}, one object per line; joining the two fields needs a
     * space.
     */
    static void write(Path file, int count) {
        StringBuilder lines = new StringBuilder();
        for (long seed = 0; seed < count; seed++) {
            Story story = new StoryGenerator().story(seed);
            String problem = story.text().substring(0, story.solutionStart() - 1);
            String solution = story.text().substring(story.solutionStart());
            lines.append("{\"problem\": \"%s\", \"solution\": \"%s\"}\n".formatted(problem, solution));
        }
        AtomicFiles.replace(file, out -> out.write(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
