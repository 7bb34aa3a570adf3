package org.rpt4j.spi.kit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.TokenScores;

/**
 * The scores of one sequence while they are filled in. The first token of a sequence is predicted from nothing, so
 * its scores are NaN, -1, NaN, and it has no candidates. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class ScoredSequence {

    private final double[] entropy;
    private final int[] argmax;
    private final double[] trueLogProb;
    private final int[] topIds;
    private final double[] topLogProbs;

    /**
     * A sequence without scores.
     *
     * @param length T, at least 1
     * @param candidates k, 0 if none are wanted
     */
    public ScoredSequence(int length, int candidates) {
        this.entropy = new double[length];
        this.argmax = new int[length];
        this.trueLogProb = new double[length];
        this.topIds = new int[Math.multiplyExact(length, candidates)];
        this.topLogProbs = new double[topIds.length];
        Arrays.fill(topIds, 0, candidates, -1);
        Arrays.fill(topLogProbs, 0, candidates, Double.NaN);
        put(0, Double.NaN, -1, Double.NaN);
    }

    /** Number of tokens, T. */
    public int length() {
        return entropy.length;
    }

    /**
     * Sets the scores of one token.
     *
     * @param t index of the token, at least 1, which is predicted from the tokens before it
     * @param nats entropy of the next-token distribution
     * @param mostProbable id of the most probable token
     * @param logProb log-probability of the true token
     * @throws org.rpt4j.api.error.NumericalException if the entropy or the log-probability is NaN or infinite
     */
    public void set(int t, double nats, int mostProbable, double logProb) {
        if (!Double.isFinite(nats) || !Double.isFinite(logProb)) {
            String where = " of token " + t + " of a sequence of " + length() + " tokens";
            FiniteNumbers.require("the log-probability" + where, logProb);
            FiniteNumbers.require("the entropy" + where, nats);
        }
        put(t, nats, mostProbable, logProb);
    }

    /**
     * Sets one candidate for a token.
     *
     * @param t index of the token, at least 1
     * @param rank 0 for the most probable token, less than k
     * @param id of the candidate; of equally probable ones the lower id comes first
     * @param logProb its log-probability under the full softmax at temperature 1
     * @throws org.rpt4j.api.error.NumericalException if the log-probability is NaN or infinite
     */
    public void setCandidate(int t, int rank, int id, double logProb) {
        if (!Double.isFinite(logProb)) {
            FiniteNumbers.require(
                    "the log-probability of candidate " + rank + " for token " + t + " of a sequence of " + length()
                            + " tokens",
                    logProb);
        }
        int k = topIds.length / length();
        topIds[t * k + rank] = id;
        topLogProbs[t * k + rank] = logProb;
    }

    private void put(int t, double nats, int mostProbable, double logProb) {
        entropy[t] = nats;
        argmax[t] = mostProbable;
        trueLogProb[t] = logProb;
    }

    /** The scores; call it once, when all are set. */
    public TokenScores scores() {
        return new TokenScores(entropy, argmax, trueLogProb).withCandidates(topIds, topLogProbs);
    }

    /**
     * Sequences in packs that go through a model together, in their order: as many as hold {@code tokens} tokens in
     * all, and at least one.
     */
    public static List<List<int[]>> packs(List<int[]> sequences, int tokens) {
        List<List<int[]>> packs = new ArrayList<>();
        int from = 0;
        while (from < sequences.size()) {
            int to = from + 1;
            long sum = sequences.get(from).length;
            while (to < sequences.size() && sum + sequences.get(to).length <= tokens) {
                sum += sequences.get(to++).length;
            }
            packs.add(sequences.subList(from, to));
            from = to;
        }
        return packs;
    }
}
