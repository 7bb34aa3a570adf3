package org.rpt4j.backend.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.List;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.backend.onnx.surgery.ScoringGraph;
import org.rpt4j.spi.kit.ScoredSequence;

/** One pass of a batch of sequences, each of at least 2 tokens, through the scoring graph. Not thread-safe. */
final class ScoringRun {

    private final List<int[]> sequences;
    private final List<ScoredSequence> targets;
    private final int longest;
    private final int positions;

    /**
     * Creates a pass.
     *
     * @param targets destination for the scores of each sequence, [T]
     */
    ScoringRun(List<int[]> sequences, List<ScoredSequence> targets) {
        this.sequences = sequences;
        this.targets = targets;
        // The last token of a sequence predicts nothing and is left out.
        this.longest =
                sequences.stream().mapToInt(each -> each.length - 1).max().orElseThrow();
        this.positions = sequences.stream().mapToInt(each -> each.length - 1).sum();
    }

    /**
     * Computes the scores.
     *
     * @param chunkRows maximum number of rows of logits held at a time
     * @param tokens number of ids that have a token, which limits k
     */
    void run(InferenceSession session, ScoringOptions options, int chunkRows, int tokens) {
        session.run(inputs(options, chunkRows, tokens), result -> {
            copy(result, options);
            return true;
        });
    }

    private InferenceSession.Inputs inputs(ScoringOptions options, int chunkRows, int tokens) {
        int batch = sequences.size();
        long[] ids = new long[batch * longest];
        long[] mask = new long[batch * longest];
        // Chunks of equal size waste least: missing rows repeat the last one.
        int chunks = (positions + chunkRows - 1) / chunkRows;
        int rowsPerChunk = (positions + chunks - 1) / chunks;
        long[] rows = new long[chunks * rowsPerChunk];
        long[] next = new long[chunks * rowsPerChunk];
        int at = 0;
        for (int s = 0; s < batch; s++) {
            int[] sequence = sequences.get(s);
            for (int t = 0; t < sequence.length - 1; t++, at++) {
                int place = s * longest + t;
                ids[place] = sequence[t];
                mask[place] = 1;
                rows[at] = place;
                next[at] = sequence[t + 1];
            }
        }
        for (; at < rows.length; at++) {
            rows[at] = rows[at - 1];
        }
        int topK = Math.min(options.topK(), tokens);
        // A Scan whose output is empty is not safe, so the most probable token is always returned.
        int candidates = Math.max(1, options.candidates());
        return new InferenceSession.Inputs()
                .add(ScoringGraph.IDS, ids, batch, longest)
                .add(ScoringGraph.MASK, mask, batch, longest)
                .add(ScoringGraph.ROWS, rows, chunks, rowsPerChunk)
                .add(ScoringGraph.TARGETS, next, chunks, rowsPerChunk)
                .add(ScoringGraph.TOP_K, new long[] {topK}, 1)
                .add(ScoringGraph.CANDIDATES, new long[] {candidates}, 1)
                .add(ScoringGraph.LARGEST, new long[] {Math.max(topK, candidates)}, 1);
    }

    private void copy(OrtSession.Result result, ScoringOptions options) throws OrtException {
        String kind = options.renormalise() ? ScoringGraph.RENORMALISED_ENTROPY : ScoringGraph.ENTROPY;
        var entropy = tensor(result, kind).getFloatBuffer();
        var argmax = tensor(result, ScoringGraph.ARGMAX).getLongBuffer();
        var logProb = tensor(result, ScoringGraph.TRUE_LOG_PROB).getFloatBuffer();
        int candidates = options.candidates();
        var topIds = tensor(result, ScoringGraph.TOP_IDS).getLongBuffer();
        var topLogProbs = tensor(result, ScoringGraph.TOP_LOG_PROBS).getFloatBuffer();
        for (int s = 0; s < sequences.size(); s++) {
            ScoredSequence scored = targets.get(s);
            for (int t = 1; t < scored.length(); t++) {
                // An entropy of 0 may come out as -0 or, in single precision, slightly negative.
                scored.set(t, Math.max(0.0, entropy.get()), (int) argmax.get(), logProb.get());
                for (int rank = 0; rank < candidates; rank++) {
                    scored.setCandidate(t, rank, (int) topIds.get(), topLogProbs.get());
                }
            }
        }
    }

    private static OnnxTensor tensor(OrtSession.Result result, String name) {
        return (OnnxTensor) result.get(name).orElseThrow();
    }
}
