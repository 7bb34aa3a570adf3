package org.rpt4j.inference;

/**
 * At which tokens of a text a policy thinks.
 *
 * @since 0.1.0
 */
public enum ReasoningMode {
    /** Nowhere: each token is drawn from the policy's own distribution. The cost is one decoding step per token. */
    STANDARD,
    /** Before every token, as in training and in the reasoning evaluation of the paper. */
    EVERY_TOKEN,
    /**
     * Where the entropy of the policy's own next token reaches {@link InferenceOptions#threshold}. A threshold of 0 is
     * {@link #EVERY_TOKEN}, an infinite one is {@link #STANDARD}.
     */
    HYBRID
}
