package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.List;

/**
 * One sentence of a story.
 *
 * @param text the sentence with its full stop and without a leading space
 * @param inferences the inferable words of the sentence, with offsets inside the sentence
 */
record Beat(String text, List<Inference> inferences) {

    Beat {
        inferences = List.copyOf(inferences);
        if (!text.endsWith(".") || text.startsWith(" ")) {
            throw new IllegalArgumentException("Not a sentence: '" + text + "'");
        }
    }

    /** Joins sentences into a story. */
    static Story join(List<Beat> beats) {
        StringBuilder text = new StringBuilder();
        List<Inference> inferences = new ArrayList<>();
        for (Beat beat : beats) {
            if (!text.isEmpty()) {
                text.append(' ');
            }
            int start = text.length();
            beat.inferences().forEach(inference -> inferences.add(inference.shiftedBy(start)));
            text.append(beat.text());
        }
        return new Story(text.toString(), inferences);
    }
}
