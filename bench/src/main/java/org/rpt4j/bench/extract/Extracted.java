package org.rpt4j.bench.extract;

/**
 * What a rule found in a response.
 *
 * @param finding whether there is an answer, and if not, why
 * @param answer the answer: a letter for a question with choices; empty if there is none
 * @since 0.1.0
 */
public record Extracted(Finding finding, String answer) {

    /** Why there is an answer, or none. */
    public enum Finding {
        /** The response gives one answer. */
        ANSWER,
        /** The response gives no answer, and the harness takes a letter that it draws itself. */
        DRAWN,
        /** The response gives no answer. */
        NONE,
        /** The response gives several answers that differ. */
        SEVERAL,
        /** The response was cut off, or ends inside its thought. */
        UNFINISHED
    }

    /** An answer that the response gives. */
    static Extracted answer(String answer) {
        return new Extracted(Finding.ANSWER, answer);
    }

    /** No answer. */
    static Extracted nothing(Finding why) {
        return new Extracted(why, "");
    }

    /** Whether the response itself gives an answer. */
    public boolean isGiven() {
        return finding == Finding.ANSWER;
    }
}
