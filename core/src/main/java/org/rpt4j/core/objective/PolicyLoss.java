package org.rpt4j.core.objective;

/**
 * The loss of one sampled token and its derivative by the logarithm of the ratio: the clipped surrogate -w min(rho A,
 * clip(rho, 1 - low, 1 + high) A) with rho = p / p_old (Schulman et al. 2017, arXiv 1707.06347), an optional second
 * clip for negative advantages (Ye et al. 2020, arXiv 1912.09729), an optional correction w for a sampler that is not
 * the trainer, and an optional penalty for leaving a reference policy. The old log-probability, the advantage, the
 * correction and the reference are constants: no derivative passes through them.
 *
 * <p>Differences of log-probabilities are clamped to [-{@value #LOG_RATIO_LIMIT}, {@value #LOG_RATIO_LIMIT}] before
 * they meet an exponential; outside, the derivative is zero. A zero derivative is chosen, never multiplied in, so an
 * overflow in a branch that does not count cannot become NaN.
 *
 * @param ratio whether rho is that of a token or of a completion
 * @param clipLow how far the ratio may fall below 1; infinity for no clip
 * @param clipHigh how far the ratio may rise above 1; infinity for no clip
 * @param dualClip the most that the ratio counts for with a negative advantage, above 1; infinity for no second clip
 * @param importanceCap C of truncated importance sampling, w = min(p_old / p_sampler, C), where p_old is the trainer's
 *     own probability before the first update on the rollouts; 0 for none, where p_old is the sampler's and w is 1
 * @param klWeight beta, the weight of the penalty; 0 for none
 * @param klEstimate how the divergence is estimated
 */
public record PolicyLoss(
        ImportanceRatio ratio,
        double clipLow,
        double clipHigh,
        double dualClip,
        double importanceCap,
        double klWeight,
        KlEstimate klEstimate) {

    /** Bound of every difference of log-probabilities, in nats. */
    public static final double LOG_RATIO_LIMIT = 20;

    /** Importance-weighted policy gradient without a clip: -rho A. Exactly on-policy it is REINFORCE. */
    public static final PolicyLoss UNCLIPPED = clipped(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    public PolicyLoss {
        requireAbove("clipLow", clipLow, 0);
        requireAbove("clipHigh", clipHigh, 0);
        requireAbove("dualClip", dualClip, 1);
        if (!(importanceCap >= 0)) {
            throw new IllegalArgumentException("importanceCap is " + importanceCap + ", must not be negative");
        }
        if (!(klWeight >= 0 && klWeight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("klWeight is " + klWeight + ", must be finite and not negative");
        }
    }

    /** Clipped per token to [1 - low, 1 + high]; no second clip, no correction, no penalty. */
    public static PolicyLoss clipped(double low, double high) {
        return new PolicyLoss(ImportanceRatio.TOKEN, low, high, Double.POSITIVE_INFINITY, 0, 0, KlEstimate.K3);
    }

    public PolicyLoss withRatio(ImportanceRatio newRatio) {
        return new PolicyLoss(newRatio, clipLow, clipHigh, dualClip, importanceCap, klWeight, klEstimate);
    }

    public PolicyLoss withDualClip(double c) {
        return new PolicyLoss(ratio, clipLow, clipHigh, c, importanceCap, klWeight, klEstimate);
    }

    /**
     * With truncated importance sampling, for a sampler whose probabilities differ from the trainer's, or whose weights
     * are older (Espeholt et al. 2018, arXiv 1802.01561; Ionides 2008).
     *
     * @param cap C, positive, 2 is common; infinity corrects in full
     */
    public PolicyLoss withImportanceCap(double cap) {
        return new PolicyLoss(ratio, clipLow, clipHigh, dualClip, cap, klWeight, klEstimate);
    }

    public PolicyLoss withKl(double beta, KlEstimate estimate) {
        return new PolicyLoss(ratio, clipLow, clipHigh, dualClip, importanceCap, beta, estimate);
    }

    /** The surrogate loss of a token at log rho, before the correction. */
    public double value(double logRatio, double advantage) {
        double rho = Math.exp(clamp(logRatio));
        double clipped = Math.max(1 - clipLow, Math.min(1 + clipHigh, rho));
        double loss = Math.max(-rho * advantage, -clipped * advantage);
        return advantage < 0 ? Math.min(loss, -dualClip * advantage) : loss;
    }

    /** d value / d log rho. */
    public double weight(double logRatio, double advantage) {
        return isFlat(logRatio, advantage) ? 0 : -Math.exp(logRatio) * advantage;
    }

    /** Whether the token has no gradient: beyond a clip or the clamp, not on their edges, or without an advantage. */
    public boolean isFlat(double logRatio, double advantage) {
        if (Math.abs(logRatio) > LOG_RATIO_LIMIT || advantage == 0) {
            return true;
        }
        double rho = Math.exp(logRatio);
        return advantage > 0 ? rho > 1 + clipHigh : rho < 1 - clipLow || rho > dualClip;
    }

    /** Whether {@link #correction} applies, so that the old log-probabilities are the trainer's. */
    public boolean correctsSampler() {
        return importanceCap > 0;
    }

    /** w at log p_old - log p_sampler: how much more likely a token or completion is to the trainer, at most C. */
    public double correction(double logRatio) {
        return correctsSampler() ? Math.min(Math.exp(clamp(logRatio)), importanceCap) : 1;
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
