package org.rpt4j.core.train;

/**
 * Why an update was skipped. A skipped update changes no weights, applies no weight decay and creates no new version.
 *
 * @since 0.1.0
 */
public enum SkipReason {
    /** Every group had equal rewards, shrank or was masked, so there is nothing to learn from. */
    NO_LIVE_GROUPS,
    /** The forward pass returned a log-probability that is NaN or infinite. */
    NON_FINITE_LOG_PROBS,
    /** The loss is NaN or infinite. */
    NON_FINITE_LOSS,
    /** The optimizer rejected gradients that are NaN or infinite. */
    NON_FINITE_GRADIENT;

    /** Whether it counts towards the limit of skipped steps. */
    boolean isNumerical() {
        return this != NO_LIVE_GROUPS;
    }
}
