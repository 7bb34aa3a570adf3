package org.rpt4j.samples.examples;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.OpenModels;
import org.rpt4j.spi.kit.ScoredSequence;

/** The scorer of {@link OwnBackend}: one sequence after the other. Calls take turns. */
final class OwnScorer implements ProxyScorer, OpenModels.Model {

    private final OwnWeights weights;
    private volatile boolean closed;

    OwnScorer(OwnWeights weights) {
        this.weights = weights;
    }

    @Override
    public ModelDescription description() {
        requireOpen();
        return weights.config().describe();
    }

    @Override
    public synchronized List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
        requireOpen();
        return weights.limits().requireScorable(sequences, options).stream()
                .map(sequence -> score(sequence, options))
                .toList();
    }

    private TokenScores score(int[] tokens, ScoringOptions options) {
        Interrupts.check("scoring");
        OwnDecoder decoder = new OwnDecoder(weights);
        ScoredSequence scored = new ScoredSequence(tokens.length, options.candidates());
        for (int t = 1; t < tokens.length; t++) {
            double[] logits = decoder.read(tokens[t - 1]);
            scored.set(
                    t, entropy(logits, options), OwnSoftmax.argmax(logits), OwnSoftmax.logProb(logits, tokens[t], 1));
            setCandidates(scored, t, logits, options.candidates());
        }
        return scored.scores();
    }

    /** The most probable tokens, best first; the sort is stable, so of equal ones the lower id comes first. */
    private static void setCandidates(ScoredSequence scored, int t, double[] logits, int k) {
        if (k == 0) {
            return;
        }
        // The subtraction makes -0.0 and 0.0 the same.
        List<Integer> best = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(id -> 0.0 - logits[id]))
                .toList();
        for (int rank = 0; rank < k; rank++) {
            scored.setCandidate(t, rank, best.get(rank), OwnSoftmax.logProb(logits, best.get(rank), 1));
        }
    }

    /** Minus the sum of p ln p over the k most probable tokens, whose p add up to 1 if they are renormalised. */
    private static double entropy(double[] logits, ScoringOptions options) {
        double[] p = OwnSoftmax.probabilities(logits, 1);
        Arrays.sort(p);
        double[] largest = Arrays.copyOfRange(p, Math.max(0, p.length - options.topK()), p.length);
        double sum = options.renormalise() ? Arrays.stream(largest).sum() : 1;
        return Arrays.stream(largest)
                .filter(share -> share > 0)
                .map(share -> -share / sum * Math.log(share / sum))
                .sum();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this scorer is closed");
        }
    }
}
