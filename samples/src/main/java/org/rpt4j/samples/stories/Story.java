package org.rpt4j.samples.stories;

import java.util.List;
import java.util.Objects;

/**
 * A short story and the words in it that can be worked out.
 *
 * @param text the story, one paragraph without line breaks
 * @param inferences the words that follow from the text before them, in reading order
 */
public record Story(String text, List<Inference> inferences) {

    /** Rejects inferences that are out of order or whose answer does not stand at their offset. */
    public Story {
        Objects.requireNonNull(text, "text");
        inferences = List.copyOf(inferences);
        int end = 0;
        for (Inference inference : inferences) {
            if (inference.offset() < end || !text.startsWith(inference.answer(), inference.offset())) {
                throw new IllegalArgumentException(
                        "No '" + inference.answer() + "' at " + inference.offset() + " of: " + text);
            }
            end = inference.offset() + inference.answer().length();
        }
    }
}
