package org.rpt4j.samples.quickstart;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.samples.stories.Inference;
import org.rpt4j.samples.stories.Story;
import org.rpt4j.samples.stories.StoryGenerator;

/**
 * Knows which tokens of the shipped corpus can be inferred from the text before them. For reports only: neither the
 * filter nor the training uses it.
 */
final class Inferable {

    private final Set<String> places = new HashSet<>();

    /** Line n of the corpus is the story of seed n - 1. */
    Inferable(Tokenizer tokenizer, int stories) {
        StoryGenerator generator = new StoryGenerator();
        for (int seed = 0; seed < stories; seed++) {
            Story story = generator.story(seed);
            for (Inference inference : story.inferences()) {
                int position = tokenizer.encode(story.text().substring(0, inference.offset())).length;
                places.add(place("stories.jsonl#" + (seed + 1), position));
            }
        }
    }

    /** Whether the token at a position of a document can be inferred. */
    boolean has(String document, int position) {
        return places.contains(place(document, position));
    }

    List<PredictionTask> among(List<PredictionTask> tasks) {
        return tasks.stream()
                .filter(task -> has(task.documentId(), task.position()))
                .toList();
    }

    private static String place(String documentId, int position) {
        return documentId + "@" + position;
    }
}
