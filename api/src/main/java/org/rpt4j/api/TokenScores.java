package org.rpt4j.api;

/**
 * Scores of one sequence of T tokens. Index t is about predicting token t from the tokens before it, that is, from the
 * logits at t-1. The first token is never scored: index 0 holds NaN, -1, NaN. The arrays are not copied.
 *
 * @param entropy entropy of the next-token distribution in nats, [T]
 * @param argmax the most probable token id, [T]
 * @param trueLogProb log-probability of the true token under the full softmax at temperature 1, [T]
 */
public record TokenScores(double[] entropy, int[] argmax, double[] trueLogProb) {

    public TokenScores {
        if (entropy.length != argmax.length || entropy.length != trueLogProb.length) {
            throw new IllegalArgumentException("lengths differ: entropy " + entropy.length + ", argmax " + argmax.length
                    + ", trueLogProb " + trueLogProb.length);
        }
    }

    /** Number of tokens, T. */
    public int length() {
        return entropy.length;
    }
}
