package org.rpt4j.core.objective;

/**
 * Estimates of KL(policy || reference) from one sampled token, with d = log p - log p_ref in nats (Schulman 2020,
 * "Approximating KL Divergence").
 *
 * @since 0.1.0
 */
public enum KlEstimate {

    /**
     * d: unbiased as an estimate, with either sign. As a loss its expected gradient is zero, so on average it does not
     * regularise.
     */
    K1 {
        @Override
        public double value(double d) {
            return d;
        }

        @Override
        public double derivative(double d) {
            return 1;
        }
    },

    /**
     * d^2 / 2: biased as an estimate; over samples of the policy its mean gradient is that of KL(policy || reference).
     */
    K2 {
        @Override
        public double value(double d) {
            return d * d / 2;
        }

        @Override
        public double derivative(double d) {
            return d;
        }
    },

    /**
     * exp(-d) + d - 1: unbiased as an estimate and never negative; the term of the GRPO paper. Over samples of the
     * policy its mean gradient is that of KL(reference || policy), the other direction.
     */
    K3 {
        @Override
        public double value(double d) {
            return Math.expm1(-d) + d;
        }

        @Override
        public double derivative(double d) {
            return -Math.expm1(-d);
        }
    };

    /** The estimate at a difference of log-probabilities. */
    public abstract double value(double d);

    /**
     * Its derivative with respect to {@code d}, which is also the derivative with respect to the policy's
     * log-probability.
     */
    public abstract double derivative(double d);
}
