package org.rpt4j.samples.base;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.samples.stories.Inference;
import org.rpt4j.samples.stories.Story;
import org.rpt4j.samples.stories.StoryGenerator;

/**
 * Questions about stories, for a second stage on answers that can be verified and for a benchmark. Each asks for the last
 * inferable word of a story; the category is the kind of its puzzle.
 *
 * <p>Usage: {@code StoryQuestions FILE FIRST_SEED STORIES}. The shipped corpus has the stories of the seeds 0 to 799, so
 * questions about others begin at 800.
 */
public final class StoryQuestions {

    private static final ObjectMapper JSON = new ObjectMapper();

    private StoryQuestions() {}

    /** Writes questions; see the class comment for the arguments. */
    public static void main(String[] args) {
        write(Path.of(args[0]), Long.parseLong(args[1]), Integer.parseInt(args[2]));
    }

    /** Writes one question per story, one object per line. */
    static void write(Path file, long firstSeed, int count) {
        StringBuilder lines = new StringBuilder();
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            Story story = new StoryGenerator().story(seed);
            Inference last = story.inferences().get(story.inferences().size() - 1);
            Map<String, String> row = new LinkedHashMap<>();
            row.put("id", "story-" + seed);
            row.put("question", story.text().substring(0, last.offset()));
            row.put("answer", last.answer().strip());
            row.put("category", last.kind());
            lines.append(line(row)).append('\n');
        }
        AtomicFiles.replace(file, out -> out.write(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static String line(Map<String, String> row) {
        try {
            return JSON.writeValueAsString(row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
