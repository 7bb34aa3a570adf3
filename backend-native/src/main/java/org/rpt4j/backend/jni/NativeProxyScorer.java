package org.rpt4j.backend.jni;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.model.format.ModelConfig;

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
    public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
        model.requireOpen("score");
        check(sequences);
        return model.useInterruptibly("score", () -> {
            List<TokenScores> scores = new ArrayList<>();
            int from = 0;
            while (from < sequences.size()) {
                model.checkGoesOn("scoring");
                int to = from + 1;
                int tokens = sequences.get(from).length;
                while (to < sequences.size() && tokens + sequences.get(to).length <= TOKENS_PER_PASS) {
                    tokens += sequences.get(to++).length;
                }
                scoreTogether(sequences.subList(from, to), options, scores);
                from = to;
            }
            return scores;
        });
    }

    private void check(List<int[]> sequences) {
        ModelConfig config = model.shape.config;
        for (int i = 0; i < sequences.size(); i++) {
            int[] sequence = sequences.get(i);
            if (sequence.length == 0) {
                throw new IllegalArgumentException("sequence " + i + " is empty");
            }
            if (sequence.length > config.contextLength()) {
                throw new ContextOverflowException("sequence " + i + " has " + sequence.length
                        + " tokens, more than the context window of " + config.contextLength()
                        + ". Cut it into windows.");
            }
            FlatBatch.checkTokens("sequence " + i, sequence, config);
        }
    }

    private void scoreTogether(List<int[]> sequences, ScoringOptions options, List<TokenScores> scores) {
        FlatBatch flat = FlatBatch.of(sequences);
        int predicted = flat.targetTokens.length;
        double[] entropies = new double[predicted];
        int[] best = new int[predicted];
        double[] logProbs = new double[predicted];
        if (predicted > 0) {
            int topK = Math.min(options.topK(), model.shape.config.vocabularySize());
            NativeEngine.score(model.model(), flat, topK, options.renormalise(), entropies, best, logProbs);
        }
        int at = 0;
        for (int[] sequence : sequences) {
            int length = sequence.length;
            double[] entropy = new double[length];
            int[] argmax = new int[length];
            double[] trueLogProb = new double[length];
            entropy[0] = Double.NaN;
            argmax[0] = -1;
            trueLogProb[0] = Double.NaN;
            System.arraycopy(entropies, at, entropy, 1, length - 1);
            System.arraycopy(best, at, argmax, 1, length - 1);
            System.arraycopy(logProbs, at, trueLogProb, 1, length - 1);
            at += length - 1;
            scores.add(new TokenScores(entropy, argmax, trueLogProb));
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
