package org.rpt4j.core.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;

/**
 * A proxy whose scores encode its input: the entropy at t is the number of tokens before t in its sequence, the argmax
 * is the token before t, and the log-probability is minus the token at t.
 */
public final class FakeProxy implements ProxyScorer {

    public final List<List<int[]>> calls = new ArrayList<>();
    public Optional<String> identity = Optional.empty();
    private final int contextLength;

    public FakeProxy(int contextLength) {
        this.contextLength = contextLength;
    }

    @Override
    public ModelDescription description() {
        return new ModelDescription("Fake", 1, 1000, contextLength);
    }

    @Override
    public Optional<String> identity() {
        return identity;
    }

    @Override
    public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
        calls.add(sequences);
        return sequences.stream().map(this::score).toList();
    }

    private TokenScores score(int[] tokens) {
        if (tokens.length < 1 || tokens.length > contextLength) {
            throw new IllegalStateException("a sequence of " + tokens.length);
        }
        double[] entropy = new double[tokens.length];
        double[] trueLogProb = new double[tokens.length];
        int[] argmax = new int[tokens.length];
        Arrays.setAll(entropy, t -> t == 0 ? Double.NaN : t);
        Arrays.setAll(trueLogProb, t -> t == 0 ? Double.NaN : -tokens[t]);
        Arrays.setAll(argmax, t -> t == 0 ? -1 : tokens[t - 1]);
        return new TokenScores(entropy, argmax, trueLogProb);
    }

    @Override
    public void close() {
        // Nothing to close.
    }
}
