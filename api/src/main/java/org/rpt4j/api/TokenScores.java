package org.rpt4j.api;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Scores of one sequence of T tokens. Index t describes the prediction of token t from the tokens before it, that is,
 * from the logits at t-1. The first token is never scored: index 0 holds NaN, -1, NaN, and no candidates. Immutable by
 * convention: the arrays are not copied, so do not modify them.
 *
 * <p>With {@link ScoringOptions#candidates} of k, every position also has its k most probable tokens.
 *
 * @since 0.1.0
 */
public final class TokenScores {

    private static final int[] NO_IDS = {};
    private static final double[] NO_LOG_PROBS = {};

    private final double[] entropy;
    private final int[] argmax;
    private final double[] trueLogProb;
    private final int[] topIds;
    private final double[] topLogProbs;

    /**
     * A token that may come next.
     *
     * @param token its id
     * @param logProb its log-probability under the full softmax at temperature 1, in nats
     * @since 0.1.0
     */
    public record Candidate(int token, double logProb) {}

    /**
     * Scores without candidates. Wraps the arrays without copying them.
     *
     * @param entropy entropy of the next-token distribution in nats, [T]
     * @param argmax the most probable token id, [T]
     * @param trueLogProb log-probability of the true token under the full softmax at temperature 1, [T]
     * @throws IllegalArgumentException if their lengths differ
     */
    public TokenScores(double[] entropy, int[] argmax, double[] trueLogProb) {
        this(entropy, argmax, trueLogProb, NO_IDS, NO_LOG_PROBS);
    }

    private TokenScores(double[] entropy, int[] argmax, double[] trueLogProb, int[] topIds, double[] topLogProbs) {
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
        this.topIds = Objects.requireNonNull(topIds, "topIds");
        this.topLogProbs = Objects.requireNonNull(topLogProbs, "topLogProbs");
        int length = entropy.length;
        if (topIds.length != topLogProbs.length || (length == 0 ? topIds.length > 0 : topIds.length % length != 0)) {
            throw new IllegalArgumentException("there are " + topIds.length + " topIds and " + topLogProbs.length
                    + " topLogProbs for " + length + " tokens; each must be the same multiple of the tokens");
        }
    }

    /**
     * These scores with the most probable tokens of every position, row by row. Within a row the most probable token
     * comes first, and of equally probable ones the lower id; a place without a candidate holds -1 and NaN. Wraps the
     * arrays without copying them.
     *
     * @param topIds token ids, [T x k]
     * @param topLogProbs their log-probabilities under the full softmax at temperature 1, [T x k]
     * @throws IllegalArgumentException if their lengths differ or are no multiple of T
     */
    public TokenScores withCandidates(int[] topIds, double[] topLogProbs) {
        return new TokenScores(entropy, argmax, trueLogProb, topIds, topLogProbs);
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

    /** Number of candidates of a position, k; 0 if none were asked for. */
    public int candidates() {
        return entropy.length == 0 ? 0 : topIds.length / entropy.length;
    }

    /** Ids of the most probable tokens, best first, [T x k]; row 0 holds -1. */
    public int[] topIds() {
        return topIds;
    }

    /**
     * Log-probabilities of the {@link #topIds} under the full softmax at temperature 1, [T x k]; row 0 holds NaN.
     */
    public double[] topLogProbs() {
        return topLogProbs;
    }

    /** The candidates for token t, best first: at most k, and none for the first token. */
    public List<Candidate> candidates(int t) {
        int k = candidates();
        if (k == 0) {
            return List.of();
        }
        return IntStream.range(t * k, (t + 1) * k)
                .filter(i -> topIds[i] >= 0)
                .mapToObj(i -> new Candidate(topIds[i], topLogProbs[i]))
                .toList();
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
                && Arrays.equals(trueLogProb, that.trueLogProb)
                && Arrays.equals(topIds, that.topIds)
                && Arrays.equals(topLogProbs, that.topLogProbs);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                Arrays.hashCode(entropy),
                Arrays.hashCode(argmax),
                Arrays.hashCode(trueLogProb),
                Arrays.hashCode(topIds),
                Arrays.hashCode(topLogProbs));
    }

    @Override
    public String toString() {
        String each = topIds.length == 0 ? "" : ", " + candidates() + " candidates each";
        return "TokenScores[" + entropy.length + " tokens" + each + "]";
    }
}
