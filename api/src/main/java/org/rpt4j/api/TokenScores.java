package org.rpt4j.api;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Scores of one sequence of T tokens. Index t describes the prediction of token t from the tokens before it, that is,
 * from the logits at t-1. The first token is never scored: index 0 holds NaN, -1, NaN. Immutable by convention: the
 * arrays are not copied, so do not modify them.
 *
 * @since 0.1.0
 */
public final class TokenScores {

    private final double[] entropy;
    private final int[] argmax;
    private final double[] trueLogProb;

    /**
     * Wraps the arrays without copying them.
     *
     * @param entropy entropy of the next-token distribution in nats, [T]
     * @param argmax the most probable token id, [T]
     * @param trueLogProb log-probability of the true token under the full softmax at temperature 1, [T]
     * @throws IllegalArgumentException if their lengths differ
     */
    public TokenScores(double[] entropy, int[] argmax, double[] trueLogProb) {
        Objects.requireNonNull(entropy, "entropy");
        Objects.requireNonNull(argmax, "argmax");
        Objects.requireNonNull(trueLogProb, "trueLogProb");
        if (entropy.length != argmax.length || entropy.length != trueLogProb.length) {
            throw new IllegalArgumentException("lengths differ: entropy " + entropy.length + ", argmax " + argmax.length
                    + ", trueLogProb " + trueLogProb.length);
        }
        this.entropy = entropy;
        this.argmax = argmax;
        this.trueLogProb = trueLogProb;
    }

    /** Entropy of the next-token distribution in nats, [T]. */
    public double[] entropy() {
        return entropy;
    }

    /** The most probable token id, [T]. */
    public int[] argmax() {
        return argmax;
    }

    /** Log-probability of the true token under the full softmax at temperature 1, [T]. */
    public double[] trueLogProb() {
        return trueLogProb;
    }

    /** Number of tokens, T. */
    public int length() {
        return entropy.length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenScores that
                && Arrays.equals(entropy, that.entropy)
                && Arrays.equals(argmax, that.argmax)
                && Arrays.equals(trueLogProb, that.trueLogProb);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(entropy), Arrays.hashCode(argmax), Arrays.hashCode(trueLogProb));
    }

    @Override
    public String toString() {
        return "TokenScores[" + entropy.length + " tokens]";
    }
}
