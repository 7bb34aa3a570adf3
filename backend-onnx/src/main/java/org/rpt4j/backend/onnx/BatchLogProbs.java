package org.rpt4j.backend.onnx;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;

/**
 * One call of {@code logProbs}. The prompt of a group runs through the network once; each completion then reuses its
 * cache row, overwriting the previous completion. Not thread-safe.
 */
final class BatchLogProbs {

    private static final int ROW = 0;

    private final Decoder decoder;
    private final TokenBatch batch;
    private final NextToken next;
    private final double[] values;

    BatchLogProbs(Decoder decoder, TokenBatch batch, InputLimits limits) {
        this.decoder = decoder;
        this.batch = batch;
        this.next = new NextToken(limits, batch.temperature());
        this.values = new double[batch.completionTokenCount()];
    }

    /** One value per completion token. */
    double[] compute() {
        Interrupts.check("computing log-probabilities");
        decoder.cache().bound(Long.MAX_VALUE);
        for (int group = 0; group < batch.promptCount(); group++) {
            int first = batch.groupOffsets()[group];
            int last = batch.groupOffsets()[group + 1];
            if (first < last) {
                prompt(group, first, last);
            }
        }
        return values;
    }

    private void prompt(int group, int first, int last) {
        int from = batch.promptOffsets()[group];
        int length = batch.promptOffsets()[group + 1] - from;
        int[] prompt = Arrays.copyOfRange(batch.promptTokens(), from, from + length);
        FloatBuffer logits = decoder.prefill(ROW, prompt);
        next.read(logits, 0);
        for (int c = first; c < last; c++) {
            int at = batch.completionOffsets()[c];
            values[at] = next.logProb(logits, 0, batch.completionTokens()[at]);
        }
        for (int c = first; c < last; c++) {
            completion(c, length);
        }
    }

    /** Returns the tokens after the first; the last one predicts nothing. */
    private void completion(int completion, int promptLength) {
        int start = batch.completionOffsets()[completion];
        int end = batch.completionOffsets()[completion + 1] - 1;
        for (int from = start; from < end; from += Decoder.CHUNK_TOKENS) {
            Interrupts.check("computing log-probabilities");
            int count = Math.min(Decoder.CHUNK_TOKENS, end - from);
            int past = promptLength + from - start;
            FloatBuffer logits = decoder.append(ROW, batch.completionTokens(), from, count, past, count);
            for (int i = 0; i < count; i++) {
                values[from + i + 1] = next.read(logits, i).logProb(logits, i, batch.completionTokens()[from + i + 1]);
            }
        }
    }
}
