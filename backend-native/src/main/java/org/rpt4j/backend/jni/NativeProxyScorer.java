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
        List<int[]> sequences = model.limits().requireScorable(given, options);
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
        int candidates = options.candidates();
        int[] topIds = new int[predicted * candidates];
        double[] topLogProbs = new double[topIds.length];
        if (predicted > 0) {
            int topK = Math.min(options.topK(), model.limits().tokenCount());
            NativeEngine.score(
                    model.model(),
                    flat,
                    topK,
                    options.renormalise(),
                    candidates,
                    entropies,
                    best,
                    logProbs,
                    topIds,
                    topLogProbs);
        }
        int at = 0;
        for (int[] sequence : sequences) {
            ScoredSequence scored = new ScoredSequence(sequence.length, candidates);
            for (int t = 1; t < sequence.length; t++, at++) {
                scored.set(t, entropies[at], best[at], logProbs[at]);
                for (int rank = 0; rank < candidates; rank++) {
                    scored.setCandidate(t, rank, topIds[at * candidates + rank], topLogProbs[at * candidates + rank]);
                }
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
