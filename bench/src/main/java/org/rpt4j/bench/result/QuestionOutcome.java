package org.rpt4j.bench.result;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a question was answered.
 *
 * @param id the question
 * @param categories its categories by the name of the level
 * @param samples number of responses, 1 in log-probability mode; a question that did not fit counts as so many wrong ones
 * @param shots number of examples before it; -1 if the question did not fit and was not asked
 * @param truncated responses that were cut off at the length limit
 * @param openThoughts responses that end inside a thought
 * @param tokens length of all responses together
 * @param marks how each rule read the responses, by its name
 * @since 0.1.0
 */
public record QuestionOutcome(
        String id,
        Map<String, List<String>> categories,
        int samples,
        int shots,
        int truncated,
        int openThoughts,
        long tokens,
        Map<String, Marks> marks) {

    public QuestionOutcome {
        categories = Collections.unmodifiableMap(new LinkedHashMap<>(categories));
        marks = Collections.unmodifiableMap(new LinkedHashMap<>(marks));
        int most = samples;
        if (samples < 1
                || truncated > samples
                || openThoughts > samples
                || marks.values().stream()
                        .anyMatch(one -> one.right() > most || one.given() > most || one.undecided() > most)) {
            throw new IllegalArgumentException(
                    "question " + id + " has " + samples + " responses, but counts above it");
        }
    }

    /** Share of responses that a rule reads as right. */
    double share(String reading) {
        return (double) marks(reading).right() / samples;
    }

    Marks marks(String reading) {
        Marks found = marks.get(reading);
        if (found == null) {
            throw new IllegalArgumentException("question " + id + " was not read by \"" + reading + "\"; it was by "
                    + String.join(", ", marks.keySet()));
        }
        return found;
    }
}
