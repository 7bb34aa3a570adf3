package org.rpt4j.api;

import java.util.List;
import java.util.Optional;

/**
 * A small model that finds the tokens that are hard to predict. One call at a time: concurrent calls are serialised.
 * Interrupting the calling thread ends the call between two sequences.
 *
 * @since 0.1.0
 */
public interface ProxyScorer extends AutoCloseable {

    /** Describes the model. */
    ModelDescription description();

    /**
     * What tells the model from others besides the files of its source, for the record of what was scored: for instance
     * the name and the origin of a model on a server. One line. A scorer that passes calls on to another passes this
     * on, too.
     *
     * @return empty if the files are the model
     */
    default Optional<String> identity() {
        return Optional.empty();
    }

    /**
     * Number of tokens of one call that keep the scorer busy. A caller with many sequences scores about so many at a
     * time; fewer or more give the same scores. A scorer that passes calls on to another passes this on, too.
     */
    default int batchTokens() {
        return 8192;
    }

    /**
     * Scores every position of each sequence. A scorer that cannot give the candidates that are asked for refuses the
     * call before it computes anything; it never leaves them out.
     *
     * @param sequences token ids, each of 1 to {@link ModelDescription#contextLength()} tokens
     * @return one result per sequence, in order
     * @throws org.rpt4j.api.error.ContextOverflowException if a sequence is longer than the context window
     * @throws org.rpt4j.api.error.UnsupportedCapabilityException if more {@linkplain ScoringOptions#candidates
     *     candidates} are asked for than the model has tokens, or than this scorer can give
     * @throws IllegalArgumentException if a sequence is empty or a token id is not in the vocabulary
     */
    List<TokenScores> score(List<int[]> sequences, ScoringOptions options);

    /** Frees the model; idempotent. Any other call afterwards throws {@link IllegalStateException}. */
    @Override
    void close();
}
