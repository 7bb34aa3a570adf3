package org.rpt4j.core.task;

import java.util.Arrays;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Builds ground truths from token ids.
 *
 * @since 0.1.0
 */
public final class GroundTruths {

    private GroundTruths() {}

    /**
     * The continuation {@code tokens[from .. from+count)} in the raw bytes of its tokens, with a boundary after each
     * token: L in Eq. 3 of the paper.
     *
     * @throws IllegalArgumentException if the range is empty or out of bounds, or a token has no bytes
     */
    public static GroundTruth of(Tokenizer tokenizer, int[] tokens, int from, int count) {
        if (from < 0 || count < 1 || count > tokens.length - from) {
            throw new IllegalArgumentException(
                    "tokens [" + from + ", " + from + " + " + count + ") of a document of " + tokens.length);
        }
        int[] boundaries = new int[count];
        int length = 0;
        for (int i = 0; i < count; i++) {
            int bytes = tokenizer.tokenBytes(tokens[from + i]).length;
            if (bytes == 0) {
                throw new IllegalArgumentException(
                        "token id " + tokens[from + i] + " at " + (from + i) + " is not in the tokenizer's vocabulary");
            }
            length += bytes;
            boundaries[i] = length;
        }
        return new GroundTruth(tokenizer.bytes(Arrays.copyOfRange(tokens, from, from + count)), boundaries);
    }
}
