package org.rpt4j.core.objective;

/** How the losses of single tokens become the loss of a step: each token's loss times a factor, then summed. */
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
     * Sum over tokens divided by a constant: 1 / (N L_max), so that length has no influence (Dr. GRPO: Liu et al. 2025,
     * arXiv 2503.20783). For one group N is G.
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
     * @param length tokens of that completion
     * @param totals sizes of the whole step
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
