package org.rpt4j.core.objective;

import java.util.Arrays;

/**
 * How the advantages of a whole step are normalised after those of each group are known. Computed once per step, before
 * the split into micro-batches. Pure.
 *
 * @since 0.1.0
 */
public enum BatchNormalisation {

    /** None: every group stands on its own. */
    NONE {
        @Override
        public double[] of(double[] advantages, int[] lengths, double[] rewards) {
            return advantages.clone();
        }
    },

    /**
     * (A - mean) / sqrt(var + 1e-8) over all participating tokens of the step, so a completion is weighted by its
     * length; the variance is the sample variance (REINFORCE++: Hu et al. 2025, arXiv 2501.03262).
     */
    WHITENED {
        @Override
        public double[] of(double[] advantages, int[] lengths, double[] rewards) {
            if (advantages.length == 0) {
                return new double[0];
            }
            double mean = Mean.weighted(advantages, lengths);
            double squares = 0;
            long tokens = 0;
            for (int i = 0; i < advantages.length; i++) {
                squares += lengths[i] * (advantages[i] - mean) * (advantages[i] - mean);
                tokens += lengths[i];
            }
            double divisor = Math.sqrt(squares / Math.max(1, tokens - 1) + WHITENING_EPSILON);
            double[] whitened = new double[advantages.length];
            for (int i = 0; i < advantages.length; i++) {
                whitened[i] = (advantages[i] - mean) / divisor;
            }
            return whitened;
        }
    },

    /**
     * A / (std + 1e-4), with the sample deviation of all rewards of the step, so that groups with a small deviation do
     * not weigh more (Liu et al. 2025, arXiv 2508.08221; TRL's scale_rewards "batch").
     */
    SCALED {
        @Override
        public double[] of(double[] advantages, int[] lengths, double[] rewards) {
            if (advantages.length == 0) {
                return new double[0];
            }
            StandardDeviation deviation = StandardDeviation.SAMPLE_1E4;
            double divisor = deviation.of(rewards) + deviation.epsilon();
            return Arrays.stream(advantages).map(a -> a / divisor).toArray();
        }
    };

    private static final double WHITENING_EPSILON = 1e-8;

    /**
     * Normalises the advantages of a step.
     *
     * @param advantages one per rollout of the step that takes part in the loss; left unchanged
     * @param lengths completion length of each of them in tokens
     * @param rewards reward of every rollout of the step, with its length penalty, including those that are masked out
     *     of the loss
     * @return one per rollout, in the same order; exact zeros if all are equal, except with {@link #NONE}
     */
    public abstract double[] of(double[] advantages, int[] lengths, double[] rewards);

    /**
     * Whether advantages of different groups are compared, so that a group with equal rewards can have a gradient of its
     * own.
     */
    public boolean comparesGroups() {
        return this == WHITENED;
    }
}
