package org.rpt4j.tck.reference;

import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.OperationCancelledException;

/** Guards at the doors of the reference backend. */
final class Inputs {

    private Inputs() {}

    static void requireTokens(String what, int[] tokens, ModelDescription model) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= model.vocabularySize()) {
                throw new IllegalArgumentException(what + " has the token id " + tokens[i] + " at index " + i
                        + "; the model has the ids 0 to " + (model.vocabularySize() - 1));
            }
        }
    }

    static void requireFits(String what, int length, ModelDescription model) {
        if (length > model.contextLength()) {
            throw new ContextOverflowException(what + " has " + length + " tokens; the context window of the model has "
                    + model.contextLength() + ". Cut the text or use a model with a longer window.");
        }
    }

    static void requireComputable(TokenBatch batch, ModelDescription model) {
        requireTokens("a prompt of the batch", batch.promptTokens(), model);
        requireTokens("a completion of the batch", batch.completionTokens(), model);
        for (BatchSequence sequence : BatchSequence.of(batch)) {
            requireFits(
                    "prompt and completion together: the batch",
                    sequence.prompt().length + sequence.completion().length,
                    model);
        }
    }

    /** Leaves the interrupt status set, as a thread's owner expects of an unchecked exception. */
    static void requireNotInterrupted(String operation) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("interrupted while " + operation);
        }
    }
}
