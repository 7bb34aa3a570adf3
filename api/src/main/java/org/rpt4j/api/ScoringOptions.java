package org.rpt4j.api;

/**
 * How the entropy of the next token is computed.
 *
 * @param topK number of largest logits that count; 16 in the paper. Larger than the vocabulary means all of it.
 * @param renormalise true: H = -sum p ln p with p the softmax over the top-k logits, between 0 and ln k nats; false: the
 *     same sum over the top-k tokens with p of the full softmax
 */
public record ScoringOptions(int topK, boolean renormalise) {

    /** Top 16, renormalised. */
    public static final ScoringOptions DEFAULTS = new ScoringOptions(16, true);

    public ScoringOptions {
        if (topK < 1) {
            throw new IllegalArgumentException("topK is " + topK + ", must be positive");
        }
    }
}
