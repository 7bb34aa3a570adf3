package org.rpt4j.core.tokenize;

import java.util.List;

/**
 * The two texts between which a model thinks, such as {@code <think>} and {@code </think>}. Where the tokenizer has them
 * as added tokens they are recognised by id, otherwise by their bytes.
 *
 * @param start text that opens a thought
 * @param end text that closes it
 * @since 0.1.0
 */
public record ThoughtMarkers(String start, String end) {

    /** The markers of the paper's model and of most others. */
    public static final ThoughtMarkers THINK = new ThoughtMarkers("<think>", "</think>");

    /** The markers that {@link Tokenizer#thoughtMarkers} looks for, in this order. */
    public static final List<ThoughtMarkers> KNOWN = List.of(
            THINK,
            new ThoughtMarkers("[THINK]", "[/THINK]"),
            new ThoughtMarkers("<seed:think>", "</seed:think>"),
            new ThoughtMarkers("<|START_THINKING|>", "<|END_THINKING|>"),
            new ThoughtMarkers("<reasoning>", "</reasoning>"),
            new ThoughtMarkers("<thought>", "</thought>"));

    /** @throws IllegalArgumentException if a marker is blank, or one contains the other */
    public ThoughtMarkers {
        if (start.isBlank() || end.isBlank()) {
            throw new IllegalArgumentException(
                    "the markers of a thought are \"" + start + "\" and \"" + end + "\"; neither may be blank");
        }
        if (start.contains(end) || end.contains(start)) {
            throw new IllegalArgumentException("the markers of a thought are \"" + start + "\" and \"" + end
                    + "\"; neither may contain the other, or its end could not be told from its start");
        }
    }

    /** Whether an added token with this content opens or closes a thought of some model. */
    static boolean isKnown(String content) {
        return KNOWN.stream().anyMatch(known -> known.start.equals(content) || known.end.equals(content));
    }
}
