package org.rpt4j.samples.stories;

import java.util.Objects;

/**
 * A word of a story that can be inferred from the text before it.
 *
 * @param offset index of the answer's first character, which is its leading space
 * @param answer the word as in the text, including its leading space, for example {@code " 9"}
 * @param thought the shortest careful derivation, with a leading space, for example {@code " 6 - 2 = 4. 4 + 5 = 9."}
 * @param kind the kind of puzzle the word answers, for example {@code "quantity"}
 */
public record Inference(int offset, String answer, String thought, String kind) {

    /** Rejects negative offsets and words that do not start with exactly one space. */
    public Inference {
        Objects.requireNonNull(kind, "kind");
        if (offset < 0) {
            throw new IllegalArgumentException("The offset must not be negative but is " + offset);
        }
        requireLeadingSpace("answer", answer);
        requireLeadingSpace("thought", thought);
    }

    /** Returns the same inference in a text with {@code characters} characters added in front. */
    Inference shiftedBy(int characters) {
        return new Inference(offset + characters, answer, thought, kind);
    }

    private static void requireLeadingSpace(String what, String value) {
        if (value.length() < 2 || value.charAt(0) != ' ' || value.charAt(1) == ' ') {
            throw new IllegalArgumentException("The " + what + " must start with one space: '" + value + "'");
        }
    }
}
