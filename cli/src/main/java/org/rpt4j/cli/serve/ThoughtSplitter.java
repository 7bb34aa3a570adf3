package org.rpt4j.cli.serve;

import java.util.OptionalInt;
import java.util.function.BiConsumer;
import org.rpt4j.core.tokenize.ThoughtMarkers;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Tells the thought of a chat model from its answer, by the ids of its markers. The text of a
 * marker arrives with its token or a little later, after the text before it. Not thread-safe.
 */
final class ThoughtSplitter {

    private final ThoughtMarkers markers;
    private final OptionalInt start;
    private final OptionalInt end;
    private final BiConsumer<Boolean, String> parts;
    private final StringBuilder held = new StringBuilder();
    /** The marker whose token was seen and whose text was not; empty if there is none. */
    private String marker = "";

    private boolean inThought;
    private int thoughtTokens;

    /**
     * @param inThought whether the answer begins inside a thought
     * @param parts receives whether a part is of a thought, and its text
     */
    ThoughtSplitter(Tokenizer tokenizer, ThoughtMarkers markers, boolean inThought, BiConsumer<Boolean, String> parts) {
        this.markers = markers;
        this.start = tokenizer.addedIdOf(markers.start());
        this.end = tokenizer.addedIdOf(markers.end());
        this.inThought = inThought;
        this.parts = parts;
    }

    /**
     * A token, before the text that it completes.
     *
     * @return whether it is neither of a thought nor a marker
     */
    boolean add(int token) {
        boolean opens = start.isPresent() && token == start.getAsInt() && !inThought;
        boolean closes = end.isPresent() && token == end.getAsInt() && inThought;
        if (opens || closes) {
            marker = opens ? markers.start() : markers.end();
        }
        boolean answer = !inThought && !opens;
        if (!answer) {
            thoughtTokens++;
        }
        return answer;
    }

    /** The next text. */
    void add(String text) {
        held.append(text);
        int at = marker.isEmpty() ? -1 : held.indexOf(marker);
        if (at >= 0) {
            part(held.substring(0, at));
            held.delete(0, at + marker.length());
            inThought = marker.equals(markers.start());
            marker = "";
        }
        if (marker.isEmpty()) {
            finish();
        }
    }

    /** Passes on what still waits for the text of a marker. */
    void finish() {
        part(held.toString());
        held.setLength(0);
    }

    /** How many tokens were of thoughts, with their markers. */
    int thoughtTokens() {
        return thoughtTokens;
    }

    private void part(String text) {
        if (!text.isEmpty()) {
            parts.accept(inThought, text);
        }
    }
}
