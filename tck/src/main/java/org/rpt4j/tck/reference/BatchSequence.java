package org.rpt4j.tck.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.TokenBatch;

/** One completion of a batch with its prompt: a batch split into plain sequences. */
final class BatchSequence {

    private final int[] prompt;
    private final int[] completion;
    private final int offset;

    BatchSequence(int[] prompt, int[] completion, int offset) {
        this.prompt = prompt;
        this.completion = completion;
        this.offset = offset;
    }

    /** Returns the prompt's tokens. */
    int[] prompt() {
        return prompt;
    }

    /** Returns the completion's tokens. */
    int[] completion() {
        return completion;
    }

    /** Returns the index of the first completion token among the values of the batch. */
    int offset() {
        return offset;
    }

    static List<BatchSequence> of(TokenBatch batch) {
        List<BatchSequence> sequences = new ArrayList<>();
        for (int group = 0; group < batch.promptCount(); group++) {
            int[] prompt = part(batch.promptTokens(), batch.promptOffsets(), group);
            for (int c = batch.groupOffsets()[group]; c < batch.groupOffsets()[group + 1]; c++) {
                int[] completion = part(batch.completionTokens(), batch.completionOffsets(), c);
                sequences.add(new BatchSequence(prompt, completion, batch.completionOffsets()[c]));
            }
        }
        return sequences;
    }

    /** Runs the forward pass over everything but the last token, which predicts nothing. */
    ReferenceForward forward(ReferenceModel model) {
        return new ReferenceForward(model).append(prompt).append(Arrays.copyOf(completion, completion.length - 1));
    }

    /** Returns the position whose logits predict completion token {@code j}. */
    int predictor(int j) {
        return prompt.length + j - 1;
    }

    private static int[] part(int[] all, int[] offsets, int index) {
        return Arrays.copyOfRange(all, offsets[index], offsets[index + 1]);
    }
}
