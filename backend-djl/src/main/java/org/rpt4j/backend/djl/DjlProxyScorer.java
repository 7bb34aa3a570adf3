package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.ContextOverflowException;

/** A model as a scorer: whole documents, packed end to end without padding, a bounded number of tokens at a time. */
final class DjlProxyScorer extends OpenModel implements ProxyScorer {

    /** Tokens per pass; enough to keep the matrix products busy, few enough to bound memory. */
    static final int TOKENS_PER_PASS = 4096;

    DjlProxyScorer(DjlModel model, EngineThread thread) {
        super("scorer", model, thread);
    }

    @Override
    public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
        int context = model.config.contextLength();
        for (int i = 0; i < sequences.size(); i++) {
            int length = sequences.get(i).length;
            if (length == 0) {
                throw new IllegalArgumentException("sequence " + i + " is empty");
            }
            if (length > context) {
                throw new ContextOverflowException("sequence " + i + " has " + length
                        + " tokens, more than the context window of " + context + ". Cut it into windows.");
            }
        }
        return onEngineInterruptibly("score", () -> {
            List<TokenScores> scores = new ArrayList<>();
            int from = 0;
            while (from < sequences.size()) {
                thread().checkCancelled("scoring");
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

    private void scoreTogether(List<int[]> sequences, ScoringOptions options, List<TokenScores> scores) {
        RaggedBatch ragged =
                RaggedBatch.ofSequences(sequences, model.config.vocabularySize(), model.config.contextLength());
        int predicted =
                sequences.stream().mapToInt(sequence -> sequence.length - 1).sum();
        double[] values = predicted == 0 ? new double[0] : compute(sequences, ragged, predicted, options);
        int at = 0;
        for (int[] sequence : sequences) {
            int length = sequence.length;
            double[] entropy = new double[length];
            int[] argmax = new int[length];
            double[] trueLogProb = new double[length];
            entropy[0] = Double.NaN;
            argmax[0] = -1;
            trueLogProb[0] = Double.NaN;
            for (int t = 1; t < length; t++, at++) {
                entropy[t] = values[at];
                argmax[t] = (int) values[predicted + at];
                trueLogProb[t] = values[2 * predicted + at];
            }
            scores.add(new TokenScores(entropy, argmax, trueLogProb));
        }
    }

    /** Entropy, argmax and true log-probability of every predicted position, [3, R]. */
    private double[] compute(List<int[]> sequences, RaggedBatch ragged, int predicted, ScoringOptions options) {
        long[] rows = new long[predicted];
        long[] targets = new long[predicted];
        int row = 0;
        int at = 0;
        for (int[] sequence : sequences) {
            for (int t = 1; t < sequence.length; t++, at++) {
                rows[at] = row + t - 1;
                targets[at] = sequence[t];
            }
            row += sequence.length;
        }
        int topK = Math.min(options.topK(), model.config.vocabularySize());
        try (NDManager scope = model.newScope()) {
            NDArray hidden = new DeviceBatch(scope, ragged).encode(model, scope, false, scope.create(rows));
            return model.script()
                    .callOne(
                            scope,
                            false,
                            "scores",
                            new long[] {Head.chunkRows(model.config), topK, options.renormalise() ? 1 : 0},
                            model.inferenceWeights(),
                            hidden,
                            scope.create(targets))
                    .toDoubleArray();
        }
    }
}
