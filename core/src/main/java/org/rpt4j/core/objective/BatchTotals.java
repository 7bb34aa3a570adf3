package org.rpt4j.core.objective;

/**
 * The totals of one training step, from which denominators are computed. They are counted once, before the step is
 * split into micro-batches, so that no split changes the gradient.
 *
 * @param sequences completions that take part in the loss, over all groups
 * @param tokens completion tokens that take part in the loss
 * @param maxTokens maximum number of tokens of a completion, L_max: a constant of the run
 * @since 0.1.0
 */
public record BatchTotals(long sequences, long tokens, int maxTokens) {

    public BatchTotals {
        if (sequences < 0 || tokens < sequences || sequences == 0 && tokens > 0) {
            throw new IllegalArgumentException(tokens + " tokens in " + sequences
                    + " sequences: a completion has at least one token, and a token belongs to a completion");
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens is " + maxTokens + ", must be positive");
        }
    }
}
