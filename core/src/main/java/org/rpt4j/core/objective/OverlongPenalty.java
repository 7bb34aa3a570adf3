package org.rpt4j.core.objective;

/**
 * Takes reward from completions that come close to the length limit, in proportion: min(-(l - (L_max - L_cache)) /
 * L_cache * f, 0) (DAPO, soft overlong punishment: Yu et al. 2025, arXiv 2503.14476). Pure.
 *
 * @param cacheTokens L_cache, tokens before the limit over which the penalty rises; 0 for no penalty
 * @param factor f, what a completion of L_max tokens loses; positive
 */
public record OverlongPenalty(int cacheTokens, double factor) {

    /** No penalty, as in the RPT paper. */
    public static final OverlongPenalty NONE = new OverlongPenalty(0, 1);

    public OverlongPenalty {
        if (cacheTokens < 0) {
            throw new IllegalArgumentException("cacheTokens is " + cacheTokens + ", must not be negative");
        }
        if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("factor is " + factor + ", must be positive and finite");
        }
    }

    /**
     * What is added to the reward: 0 up to {@code maxTokens - cacheTokens}, then falling to -f.
     *
     * @param length tokens of the completion
     * @param maxTokens the most that a completion may have, L_max
     */
    public double of(int length, int maxTokens) {
        if (cacheTokens == 0) {
            return 0;
        }
        double excess = (double) length - (maxTokens - cacheTokens);
        return Math.min(-excess / cacheTokens * factor, 0);
    }
}
