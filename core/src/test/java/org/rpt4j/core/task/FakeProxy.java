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
 * is the token before t, and the log-probability is minus the token at t. Candidates are the argmax and the ids after it,
 * with log-probabilities that are the more below -1/3 the more tokens are before t.
 */
public class FakeProxy implements ProxyScorer {

    public final List<List<int[]>> calls = new ArrayList<>();
    public Optional<String> identity = Optional.empty();
    public int batchTokens = 8192;
    private final int contextLength;

    public FakeProxy(int contextLength) {
        this.contextLength = contextLength;
    }

    @Override
    public ModelDescription description() {
        return new ModelDescription("Fake", 1, 1000, contextLength);
    }

    @Override
    public int batchTokens() {
        return batchTokens;
    }

    @Override
    public Optional<String> identity() {
        return identity;
    }

    @Override
    public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
        calls.add(sequences);
        return sequences.stream()
                .map(sequence -> score(sequence, options.candidates()))
                .toList();
    }

    private TokenScores score(int[] tokens, int candidates) {
        if (tokens.length < 1 || tokens.length > contextLength) {
            throw new IllegalStateException("a sequence of " + tokens.length);
        }
        double[] entropy = new double[tokens.length];
        double[] trueLogProb = new double[tokens.length];
        int[] argmax = new int[tokens.length];
        Arrays.setAll(entropy, t -> t == 0 ? Double.NaN : t);
        Arrays.setAll(trueLogProb, t -> t == 0 ? Double.NaN : -tokens[t]);
        Arrays.setAll(argmax, t -> t == 0 ? -1 : tokens[t - 1]);
        int[] topIds = new int[tokens.length * candidates];
        double[] topLogProbs = new double[topIds.length];
        for (int i = 0; i < topIds.length; i++) {
            int t = i / candidates;
            topIds[i] = t == 0 ? -1 : argmax[t] + i % candidates;
            topLogProbs[i] = t == 0 ? Double.NaN : -(1 / 3.0 + t + i % candidates);
        }
        return new TokenScores(entropy, argmax, trueLogProb).withCandidates(topIds, topLogProbs);
    }

    @Override
    public void close() {
        // Nothing to close.
    }
}
