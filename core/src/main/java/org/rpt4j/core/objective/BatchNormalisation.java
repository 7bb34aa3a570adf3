package org.rpt4j.core.objective;

/**
 * What is done to the advantages of a whole step after those of each group are known. Computed once per step, before it
 * is cut into micro-batches. Pure.
 */
public enum BatchNormalisation {

    /** Nothing: every group stands for itself. */
    NONE {
        @Override
        public double[] of(double[] advantages, int[] lengths) {
            return advantages.clone();
        }
    },

    /**
     * (A - mean) / sqrt(var + 1e-8) over all tokens of the step that take part, so a completion counts as often as it
     * has tokens; the variance is that of a sample (REINFORCE++: Hu et al. 2025, arXiv 2501.03262).
     */
    WHITENED {
        @Override
        public double[] of(double[] advantages, int[] lengths) {
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
    };

    private static final double WHITENING_EPSILON = 1e-8;

    /**
     * The advantages of a step.
     *
     * @param advantages one per rollout of the step that takes part in the loss; left unchanged
     * @param lengths its completion length in tokens
     * @return one per rollout, in the same order; exact zeros if all are equal, except with {@link #NONE}
     */
    public abstract double[] of(double[] advantages, int[] lengths);
}
