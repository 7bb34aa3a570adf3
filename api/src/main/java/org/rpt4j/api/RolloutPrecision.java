package org.rpt4j.api;

/**
 * What samples the rollouts of training.
 *
 * @since 0.1.0
 */
public enum RolloutPrecision {
    /** The policy that learns. */
    EXACT,
    /**
     * The policy with the products of its weights rounded to 8 bits, which is faster and not the same distribution. The
     * objective corrects each token by how much more likely the exact policy makes it. Needs a backend that supports it.
     */
    INT8
}
