package org.rpt4j.core.objective;

/**
 * The loss of one sampled token and its derivative by the token's log-probability: the clipped surrogate
 * -min(rho A, clip(rho, 1 - low, 1 + high) A) with rho = exp(log p - log p_old) (Schulman et al. 2017, arXiv
 * 1707.06347), an optional second clip for negative advantages (Ye et al. 2020, arXiv 1912.09729) and an optional
 * penalty for leaving a reference policy. The old log-probability, the advantage and the reference are constants: no
 * derivative passes through them.
 *
 * <p>Differences of log-probabilities are clamped to [-{@value #LOG_RATIO_LIMIT}, {@value #LOG_RATIO_LIMIT}] before
 * they meet an exponential; outside, the derivative is zero. A zero derivative is chosen, never multiplied in, so an
 * overflow in a branch that does not count cannot become NaN.
 *
 * @param clipLow how far the ratio may fall below 1; infinity for no clip
 * @param clipHigh how far the ratio may rise above 1; infinity for no clip
 * @param dualClip the most that the ratio counts for with a negative advantage, above 1; infinity for no second clip
 * @param klWeight beta, the weight of the penalty; 0 for none
 * @param klEstimate how the divergence is estimated
 */
public record PolicyLoss(double clipLow, double clipHigh, double dualClip, double klWeight, KlEstimate klEstimate) {

    /** Bound of every difference of log-probabilities, in nats. */
    public static final double LOG_RATIO_LIMIT = 20;

    /** Importance-weighted policy gradient without a clip: -rho A. Exactly on-policy it is REINFORCE. */
    public static final PolicyLoss UNCLIPPED = clipped(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    public PolicyLoss {
        requireAbove("clipLow", clipLow, 0);
        requireAbove("clipHigh", clipHigh, 0);
        requireAbove("dualClip", dualClip, 1);
        if (!(klWeight >= 0 && klWeight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("klWeight is " + klWeight + ", must be finite and not negative");
        }
    }

    /** Clipped to [1 - low, 1 + high], no second clip, no penalty. */
    public static PolicyLoss clipped(double low, double high) {
        return new PolicyLoss(low, high, Double.POSITIVE_INFINITY, 0, KlEstimate.K3);
    }

    public PolicyLoss withDualClip(double c) {
        return new PolicyLoss(clipLow, clipHigh, c, klWeight, klEstimate);
    }

    public PolicyLoss withKl(double beta, KlEstimate estimate) {
        return new PolicyLoss(clipLow, clipHigh, dualClip, beta, estimate);
    }

    /** The surrogate loss of a token. */
    public double value(double logProb, double oldLogProb, double advantage) {
        double ratio = Math.exp(clamp(logProb - oldLogProb));
        double clipped = Math.max(1 - clipLow, Math.min(1 + clipHigh, ratio));
        double loss = Math.max(-ratio * advantage, -clipped * advantage);
        return advantage < 0 ? Math.min(loss, -dualClip * advantage) : loss;
    }

    /** d value / d logProb. */
    public double weight(double logProb, double oldLogProb, double advantage) {
        return isFlat(logProb, oldLogProb, advantage) ? 0 : -Math.exp(logProb - oldLogProb) * advantage;
    }

    /** Whether a clip or the clamp holds, so that the token has no gradient. */
    public boolean isFlat(double logProb, double oldLogProb, double advantage) {
        double difference = logProb - oldLogProb;
        if (Math.abs(difference) > LOG_RATIO_LIMIT || advantage == 0) {
            return true;
        }
        double ratio = Math.exp(difference);
        return advantage > 0 ? ratio > 1 + clipHigh : ratio < 1 - clipLow || ratio > dualClip;
    }

    /** The penalty of a token for leaving the reference: beta times the estimated divergence. */
    public double penalty(double logProb, double referenceLogProb) {
        return klWeight * klEstimate.value(clamp(logProb - referenceLogProb));
    }

    /** d penalty / d logProb. */
    public double penaltyWeight(double logProb, double referenceLogProb) {
        double difference = logProb - referenceLogProb;
        return Math.abs(difference) > LOG_RATIO_LIMIT ? 0 : klWeight * klEstimate.derivative(difference);
    }

    private static double clamp(double difference) {
        return Math.max(-LOG_RATIO_LIMIT, Math.min(LOG_RATIO_LIMIT, difference));
    }

    private static void requireAbove(String what, double value, double bound) {
        if (!(value > bound)) {
            throw new IllegalArgumentException(what + " is " + value + ", must be above " + bound);
        }
    }
}
