package org.rpt4j.core.objective;

/**
 * How token losses become the loss of a step: the sum of each token's loss times a factor.
 *
 * @since 0.1.0
 */
public enum Aggregation {

    /**
     * Mean over completions of the mean over their tokens: 1 / (N |o_i|). A token of a long completion weighs less than
     * one of a short completion (GRPO: Shao et al. 2024, arXiv 2402.03300).
     */
    SEQUENCE_MEAN_TOKEN_MEAN {
        @Override
        double divisor(int length, BatchTotals totals) {
            return (double) totals.sequences() * length;
        }
    },

    /** Mean over all tokens of the step: 1 / sum |o_i| (DAPO: Yu et al. 2025, arXiv 2503.14476). */
    TOKEN_MEAN {
        @Override
        double divisor(int length, BatchTotals totals) {
            return totals.tokens();
        }
    },

    /**
     * Sum over tokens divided by a constant: 1 / (N L_max), so that length has no effect (Dr. GRPO: Liu et al. 2025,
     * arXiv 2503.20783). For a single group, N is G.
     */
    CONSTANT {
        @Override
        double divisor(int length, BatchTotals totals) {
            return (double) totals.sequences() * totals.maxTokens();
        }
    };

    /**
     * The factor of each token of one completion.
     *
     * @param length number of tokens of that completion
     * @param totals totals of the whole step
     * @throws IllegalArgumentException if the step does not contain such a completion
     */
    public final double factor(int length, BatchTotals totals) {
        if (length < 1 || length > totals.tokens()) {
            throw new IllegalArgumentException("a completion of " + length + " tokens is not part of " + totals);
        }
        return 1 / divisor(length, totals);
    }

    abstract double divisor(int length, BatchTotals totals);
}
