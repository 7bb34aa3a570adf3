package org.rpt4j.api;

import java.util.List;

/**
 * The small model that finds the tokens that are hard to predict. One call at a time: concurrent calls are serialised.
 * Interrupting the calling thread ends a call between two sequences.
 */
public interface ProxyScorer extends AutoCloseable {

    /** What the model is. */
    ModelDescription description();

    /**
     * Scores every position of each sequence.
     *
     * @param sequences token ids, each of 1 to {@link ModelDescription#contextLength()} tokens
     * @return one result per sequence, in order
     * @throws org.rpt4j.api.error.ContextOverflowException if a sequence is longer than the context window
     */
    List<TokenScores> score(List<int[]> sequences, ScoringOptions options);

    /** Frees the model; idempotent. */
    @Override
    void close();
}
