package org.rpt4j.backend.djl;

import java.util.List;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.backend.djl.torchscript.DecoderScript;

/**
 * The index arrays with which the TorchScript program reads a ragged batch: flat tokens in the order prompt, its
 * completions, next prompt; positions that restart after the prompt for each completion; gather indices that pad the
 * completions of a group to its longest and back; the row whose hidden state predicts each completion token.
 */
final class RaggedBatch {

    final long[] ids;
    final long[] positions;
    /** Shape [groups, {@link DecoderScript#META_WIDTH}]. */
    final long[] meta;
    /** Padded completions as rows counted from the end of their prompt; padding repeats the last token. */
    final long[] pad;
    /** Index of each completion token among the padded rows of its group. */
    final long[] unpad;
    /** Row that predicts each completion token, [R]. */
    final long[] rows;
    /** The completion tokens, [R]. */
    final long[] targets;

    final int groups;

    private RaggedBatch(int tokens, int groups, int padded, int unpadded, int predicted) {
        this.groups = groups;
        ids = new long[tokens];
        positions = new long[tokens];
        meta = new long[groups * DecoderScript.META_WIDTH];
        pad = new long[Math.max(1, padded)];
        unpad = new long[Math.max(1, unpadded)];
        rows = new long[predicted];
        targets = new long[predicted];
    }

    /** Lays out a batch for the model. */
    static RaggedBatch of(TokenBatch batch) {
        int[] groupOffsets = batch.groupOffsets();
        int[] offsets = batch.completionOffsets();
        int padded = 0;
        int unpadded = 0;
        for (int g = 0; g < batch.promptCount(); g++) {
            int count = groupOffsets[g + 1] - groupOffsets[g];
            if (count > 1) {
                padded = Math.addExact(
                        padded, Math.multiplyExact(count, longest(offsets, groupOffsets[g], groupOffsets[g + 1])));
                unpadded += offsets[groupOffsets[g + 1]] - offsets[groupOffsets[g]];
            }
        }
        RaggedBatch ragged = new RaggedBatch(
                batch.tokenCount(), batch.promptCount(), padded, unpadded, batch.completionTokenCount());
        ragged.fill(batch);
        return ragged;
    }

    /** Lays out sequences without completions, all rows of which are used. */
    static RaggedBatch ofSequences(List<int[]> sequences) {
        TokenBatch.Builder builder = TokenBatch.builder(1);
        sequences.forEach(sequence -> builder.add(sequence, List.of()));
        return of(builder.build());
    }

    private void fill(TokenBatch batch) {
        int[] promptOffsets = batch.promptOffsets();
        int[] groupOffsets = batch.groupOffsets();
        int[] offsets = batch.completionOffsets();
        int row = 0;
        int padIndex = 0;
        int unpadIndex = 0;
        int predicted = 0;
        for (int g = 0; g < groups; g++) {
            int start = row;
            int promptLength = promptOffsets[g + 1] - promptOffsets[g];
            int count = groupOffsets[g + 1] - groupOffsets[g];
            int longest = longest(offsets, groupOffsets[g], groupOffsets[g + 1]);
            for (int j = 0; j < promptLength; j++) {
                put(row++, batch.promptTokens()[promptOffsets[g] + j], j);
            }
            int m = g * DecoderScript.META_WIDTH;
            meta[m] = start;
            meta[m + 1] = promptLength;
            meta[m + 2] = count;
            meta[m + 3] = longest;
            meta[m + 4] = offsets[groupOffsets[g + 1]] - offsets[groupOffsets[g]];
            meta[m + 5] = padIndex;
            for (int c = groupOffsets[g]; c < groupOffsets[g + 1]; c++) {
                int first = row;
                int length = offsets[c + 1] - offsets[c];
                for (int j = 0; j < length; j++) {
                    rows[predicted] = j == 0 ? start + promptLength - 1 : row - 1;
                    targets[predicted++] = batch.completionTokens()[offsets[c] + j];
                    put(row++, batch.completionTokens()[offsets[c] + j], promptLength + j);
                }
                if (count > 1) {
                    for (int j = 0; j < longest; j++) {
                        pad[padIndex++] = first - start - promptLength + Math.min(j, length - 1);
                    }
                    for (int j = 0; j < length; j++) {
                        unpad[unpadIndex++] = (long) (c - groupOffsets[g]) * longest + j;
                    }
                }
            }
        }
    }

    private void put(int row, int token, int position) {
        ids[row] = token;
        positions[row] = position;
    }

    private static int longest(int[] offsets, int from, int to) {
        int longest = 0;
        for (int c = from; c < to; c++) {
            longest = Math.max(longest, offsets[c + 1] - offsets[c]);
        }
        return longest;
    }
}
