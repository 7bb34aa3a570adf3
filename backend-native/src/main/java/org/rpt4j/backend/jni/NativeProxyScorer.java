package org.rpt4j.backend.jni;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.spi.kit.ScoredSequence;

/** A model as a scorer: packs whole documents without padding and runs a bounded number of tokens per pass. */
final class NativeProxyScorer implements ProxyScorer {

    static final int TOKENS_PER_PASS = 4096;

    private final ModelHandle model;

    NativeProxyScorer(ModelHandle model) {
        this.model = model;
    }

    @Override
    public ModelDescription description() {
        return model.description();
    }

    @Override
    public List<TokenScores> score(List<int[]> given, ScoringOptions options) {
        model.requireOpen("score");
        List<int[]> sequences = model.limits().requireScorable(given);
        return model.useInterruptibly("score", () -> {
            List<TokenScores> scores = new ArrayList<>();
            for (List<int[]> pack : ScoredSequence.packs(sequences, TOKENS_PER_PASS)) {
                model.checkGoesOn("scoring");
                scoreTogether(pack, options, scores);
            }
            return scores;
        });
    }

    private void scoreTogether(List<int[]> sequences, ScoringOptions options, List<TokenScores> scores) {
        FlatBatch flat = FlatBatch.of(sequences);
        int predicted = flat.targetTokens.length;
        double[] entropies = new double[predicted];
        int[] best = new int[predicted];
        double[] logProbs = new double[predicted];
        if (predicted > 0) {
            int topK = Math.min(options.topK(), model.limits().tokenCount());
            NativeEngine.score(model.model(), flat, topK, options.renormalise(), entropies, best, logProbs);
        }
        int at = 0;
        for (int[] sequence : sequences) {
            ScoredSequence scored = new ScoredSequence(sequence.length);
            for (int t = 1; t < sequence.length; t++, at++) {
                scored.set(t, entropies[at], best[at], logProbs[at]);
            }
            scores.add(scored.scores());
        }
    }

    ModelHandle model() {
        return model;
    }

    @Override
    public void close() {
        model.close();
    }
}
