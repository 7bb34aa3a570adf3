package org.rpt4j.samples.stories;

import java.util.List;
import java.util.Objects;

/**
 * A short story and its inferable words.
 *
 * @param text the story, one paragraph without line breaks
 * @param inferences the inferable words, in reading order
 */
public record Story(String text, List<Inference> inferences) {

    /** Rejects inferences that are out of order or whose answer is not at their offset. */
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

    /**
     * Returns where the story has stated everything that its last answers need: the start of the consecutive sentences
     * with answers at its end. The text before it is the problem, the rest is the solution.
     *
     * @return an index into the text; its length if there is no answer
     */
    public int solutionStart() {
        int start = text.length();
        for (int i = inferences.size() - 1; i >= 0; i--) {
            int sentence = sentenceStart(inferences.get(i).offset());
            boolean adjoins = sentence == start || text.indexOf(". ", sentence) + 2 == start;
            if (start < text.length() && !adjoins) {
                break;
            }
            start = sentence;
        }
        return start;
    }

    private int sentenceStart(int offset) {
        int end = text.lastIndexOf(". ", offset);
        return end < 0 ? 0 : end + 2;
    }
}
