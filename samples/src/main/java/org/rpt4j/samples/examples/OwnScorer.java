package org.rpt4j.samples.examples;

import java.util.Arrays;
import java.util.List;
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
        return weights.limits().requireScorable(sequences).stream()
                .map(sequence -> score(sequence, options))
                .toList();
    }

    private TokenScores score(int[] tokens, ScoringOptions options) {
        Interrupts.check("scoring");
        OwnDecoder decoder = new OwnDecoder(weights);
        ScoredSequence scored = new ScoredSequence(tokens.length);
        for (int t = 1; t < tokens.length; t++) {
            double[] logits = decoder.read(tokens[t - 1]);
            scored.set(
                    t, entropy(logits, options), OwnSoftmax.argmax(logits), OwnSoftmax.logProb(logits, tokens[t], 1));
        }
        return scored.scores();
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
