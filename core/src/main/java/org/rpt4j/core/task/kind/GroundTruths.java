package org.rpt4j.core.task.kind;

import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.TokenCodec;

/**
 * Builds ground truths from token ids.
 *
 * @since 0.1.0
 */
public final class GroundTruths {

    private GroundTruths() {}

    /**
     * Tokens in their raw bytes, with a boundary after each token: L in Eq. 3 of the paper.
     *
     * @param tokens ids, at least one
     * @throws IllegalArgumentException if there are none, or a token has no bytes
     */
    public static GroundTruth of(TokenCodec tokenizer, int[] tokens) {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("there are no tokens to predict");
        }
        int[] boundaries = new int[tokens.length];
        int length = 0;
        for (int i = 0; i < tokens.length; i++) {
            int bytes = tokenizer.tokenBytes(tokens[i]).length;
            if (bytes == 0) {
                throw new IllegalArgumentException("token id " + tokens[i] + " is not in the tokenizer's vocabulary");
            }
            length += bytes;
            boundaries[i] = length;
        }
        return new GroundTruth(tokenizer.bytes(tokens), boundaries);
    }
}
