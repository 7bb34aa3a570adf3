package org.rpt4j.api;

/**
 * What a backend can do. Its provider declares it and the compatibility kit checks it.
 *
 * @since 0.1.0
 */
public enum Capability {
    /** Sampling groups of rollouts: {@link Policy#generate}. */
    GENERATE,
    /** Log-probabilities of given tokens, without gradients: {@link Policy#logProbs}. */
    LOG_PROBS,
    /** Forward, backward and optimizer: {@link TrainablePolicy}. */
    TRAIN,
    /** Entropy of the next-token distribution over whole documents: {@link ProxyScorer}. */
    SCORE,
    /**
     * Training a low-rank adapter over frozen weights: {@link Backend#openTrainablePolicy} of a {@link
     * ModelSource#adapter}. Needs {@link #TRAIN}.
     */
    ADAPT,
    /** Decoding token by token with the KV cache kept: {@link Policy#openSession}. Needs {@link #LOG_PROBS}. */
    DECODE,
    /**
     * Gradients that are read and added as ranges of numbers: {@link TrainablePolicy#gradients}. Needs {@link #TRAIN}.
     */
    GRADIENTS
}
