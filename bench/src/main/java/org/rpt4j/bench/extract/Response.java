package org.rpt4j.bench.extract;

import java.util.List;
import org.rpt4j.core.tokenize.ThoughtMarkers;

/**
 * What a model wrote to a question.
 *
 * @param text the whole response, with its thought
 * @param truncated whether it was cut off at the length limit
 * @param inThought whether the prompt ends inside a thought, so that the text begins in one
 * @param markers what opens and closes a thought
 * @param choices the choices of the question in the order of their letters; empty if it has none
 * @since 0.1.0
 */
public record Response(
        String text, boolean truncated, boolean inThought, ThoughtMarkers markers, List<String> choices) {

    public Response {
        choices = List.copyOf(choices);
    }

    /** Whether a thought was begun and not ended. */
    public boolean isThoughtOpen() {
        int end = text.lastIndexOf(markers.end());
        return end < 0 ? inThought || text.contains(markers.start()) : text.indexOf(markers.start(), end) >= 0;
    }

    /**
     * What a harness sees whose server takes closed thoughts away: the text after the last thought, or everything if no
     * thought was closed.
     */
    public String visible() {
        int end = text.lastIndexOf(markers.end());
        return end < 0 ? text : text.substring(end + markers.end().length());
    }

    /** The letter of a choice by its index. */
    public static String letter(int index) {
        return String.valueOf((char) ('A' + index));
    }

    /** The letters of the choices, such as {@code ABCD}. */
    String letters() {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < choices.size(); i++) {
            letters.append(letter(i));
        }
        return letters.toString();
    }
}
