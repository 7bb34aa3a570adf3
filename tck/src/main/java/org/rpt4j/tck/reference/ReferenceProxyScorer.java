package org.rpt4j.tck.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;

/** The slow truth of a proxy scorer: full logits of one position after the other. Calls are serialised. */
public final class ReferenceProxyScorer implements ProxyScorer {

    private final ReferenceModel model;
    private boolean closed;

    /**
     * Opens a checkpoint.
     *
     * @throws org.rpt4j.api.error.ModelFormatException if it cannot be read
     */
    public ReferenceProxyScorer(ModelSource source) {
        this.model = ReferenceModel.read(source.directory());
    }

    @Override
    public synchronized ModelDescription description() {
        requireOpen();
        return model.description();
    }

    @Override
    public synchronized List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
        requireOpen();
        sequences.forEach(this::requireScorable);
        List<TokenScores> scores = new ArrayList<>();
        for (int[] sequence : sequences) {
            Inputs.requireNotInterrupted("scoring");
            scores.add(score(sequence, options));
        }
        return scores;
    }

    private TokenScores score(int[] tokens, ScoringOptions options) {
        ReferenceForward forward = new ReferenceForward(model).append(Arrays.copyOf(tokens, tokens.length - 1));
        double[] entropy = new double[tokens.length];
        int[] argmax = new int[tokens.length];
        double[] trueLogProb = new double[tokens.length];
        entropy[0] = Double.NaN;
        argmax[0] = -1;
        trueLogProb[0] = Double.NaN;
        for (int t = 1; t < tokens.length; t++) {
            double[] logits = forward.logits(t - 1);
            entropy[t] = entropy(logits, options);
            argmax[t] = Softmax.argmax(logits);
            trueLogProb[t] = Softmax.logProbs(logits, 1)[tokens[t]];
        }
        return new TokenScores(entropy, argmax, trueLogProb);
    }

    /** H = -sum p ln p over the k largest, p renormalised over them or of the full softmax. */
    static double entropy(double[] logits, ScoringOptions options) {
        double[] logProbs = largest(Softmax.logProbs(logits, 1), options.topK());
        if (options.renormalise()) {
            logProbs = Softmax.logProbs(logProbs, 1);
        }
        double entropy = 0;
        for (double logProb : logProbs) {
            entropy -= Math.exp(logProb) * logProb;
        }
        return entropy;
    }

    private static double[] largest(double[] values, int count) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return Arrays.copyOfRange(sorted, Math.max(0, sorted.length - count), sorted.length);
    }

    private void requireScorable(int[] sequence) {
        if (sequence.length == 0) {
            throw new IllegalArgumentException("a sequence is empty; scoring needs at least one token");
        }
        Inputs.requireTokens("a sequence", sequence, model.description());
        Inputs.requireFits("a sequence", sequence.length, model.description());
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the scorer is closed");
        }
    }
}
