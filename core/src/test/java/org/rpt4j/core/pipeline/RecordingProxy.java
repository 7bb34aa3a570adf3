package org.rpt4j.core.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;

/** A proxy whose entropy for a token is its id in hundredths of a nat; it records its calls. */
final class RecordingProxy implements ProxyScorer {

    final List<int[]> sequences = new ArrayList<>();
    Optional<String> identity = Optional.empty();
    private final int vocabularySize;
    private final int contextLength;

    RecordingProxy(int vocabularySize, int contextLength) {
        this.vocabularySize = vocabularySize;
        this.contextLength = contextLength;
    }

    @Override
    public ModelDescription description() {
        return new ModelDescription("Recording", 1, vocabularySize, contextLength);
    }

    @Override
    public Optional<String> identity() {
        return identity;
    }

    @Override
    public List<TokenScores> score(List<int[]> asked, ScoringOptions options) {
        sequences.addAll(asked);
        return asked.stream().map(RecordingProxy::score).toList();
    }

    private static TokenScores score(int[] tokens) {
        double[] entropy = new double[tokens.length];
        Arrays.setAll(entropy, t -> t == 0 ? Double.NaN : tokens[t] / 100.0);
        return new TokenScores(entropy, new int[tokens.length], new double[tokens.length]);
    }

    @Override
    public void close() {
        // Nothing to close.
    }
}
