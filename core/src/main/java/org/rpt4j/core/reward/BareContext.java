package org.rpt4j.core.reward;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The context of a task without instruction and chat template: what next-token prediction without a thought reads.
 *
 * @param window tokens of the context window of the policy
 * @param beginOfText begin-of-text token of the model; empty if it has none
 */
record BareContext(int window, OptionalInt beginOfText) {

    /** The begin-of-text token, and the end of a context that leaves room for some more tokens. */
    int[] before(int more, int[] context) {
        int room = window - more - (beginOfText.isPresent() ? 1 : 0);
        IntStream end = Arrays.stream(context, Math.max(0, context.length - room), context.length);
        return IntStream.concat(beginOfText.stream(), end).toArray();
    }
}
