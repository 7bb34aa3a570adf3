package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.spi.kit.ScoredSequence;

/** A model as a scorer: whole documents, packed end to end without padding, a limited number of tokens at a time. */
final class DjlProxyScorer extends OpenModel implements ProxyScorer {

    /** Tokens per pass; enough to keep the matrix products busy, few enough to limit memory. */
    static final int TOKENS_PER_PASS = 4096;

    DjlProxyScorer(DjlModel model, EngineThread thread) {
        super("scorer", model, thread, null);
    }

    @Override
    public List<TokenScores> score(List<int[]> given, ScoringOptions options) {
        List<int[]> sequences = model.limits.requireScorable(given, options);
        return onEngineInterruptibly("score", () -> {
            List<TokenScores> scores = new ArrayList<>();
            for (List<int[]> pack : ScoredSequence.packs(sequences, TOKENS_PER_PASS)) {
                thread().checkCancelled("scoring");
                scoreTogether(pack, options, scores);
            }
            return scores;
        });
    }

    private void scoreTogether(List<int[]> sequences, ScoringOptions options, List<TokenScores> scores) {
        RaggedBatch ragged = RaggedBatch.ofSequences(sequences);
        int predicted =
                sequences.stream().mapToInt(sequence -> sequence.length - 1).sum();
        double[] values = predicted == 0 ? new double[0] : compute(sequences, ragged, predicted, options);
        int candidates = options.candidates();
        int at = 0;
        for (int[] sequence : sequences) {
            ScoredSequence scored = new ScoredSequence(sequence.length, candidates);
            for (int t = 1; t < sequence.length; t++, at++) {
                scored.set(t, values[at], (int) values[predicted + at], values[2 * predicted + at]);
                for (int rank = 0; rank < candidates; rank++) {
                    scored.setCandidate(
                            t,
                            rank,
                            (int) values[(3 + rank) * predicted + at],
                            values[(3 + candidates + rank) * predicted + at]);
                }
            }
            scores.add(scored.scores());
        }
    }

    /**
     * Returns entropy, argmax and log-probability of the true token for every predicted position, then the ids and the
     * log-probabilities of its k candidates, [3 + 2k, R].
     */
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
        int topK = Math.min(options.topK(), model.limits.tokenCount());
        try (NDManager scope = model.newScope()) {
            NDArray hidden = new DeviceBatch(scope, ragged).encode(model, scope, false, scope.create(rows));
            return model.script()
                    .callOne(
                            scope,
                            false,
                            "scores",
                            new long[] {
                                Head.chunkRows(model.config),
                                topK,
                                options.renormalise() ? 1 : 0,
                                options.candidates(),
                                Math.max(topK, options.candidates())
                            },
                            model.inferenceWeights(),
                            hidden,
                            scope.create(targets))
                    .toDoubleArray();
        }
    }
}
