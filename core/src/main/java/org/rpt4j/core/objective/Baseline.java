package org.rpt4j.core.objective;

import org.rpt4j.api.error.RewardException;

/**
 * What a reward is compared with. Pure; equal rewards give exact zeros, except with {@link #NONE}.
 *
 * @since 0.1.0
 */
public enum Baseline {

    /** No baseline: the reward itself. */
    NONE {
        @Override
        double[] differences(double[] rewards, int[] lengths) {
            return rewards.clone();
        }
    },

    /** The mean of the group (GRPO: Shao et al. 2024, arXiv 2402.03300). */
    MEAN {
        @Override
        double[] differences(double[] rewards, int[] lengths) {
            return minus(rewards, Mean.of(rewards), 1);
        }
    },

    /** The mean of the other members (RLOO: Ahmadian et al. 2024, arXiv 2402.14740). */
    LEAVE_ONE_OUT {
        @Override
        double[] differences(double[] rewards, int[] lengths) {
            return minus(rewards, Mean.of(rewards), rewards.length / (rewards.length - 1.0));
        }
    },

    /** The mean of the group, weighted by completion length (OPO: Hao et al. 2025, arXiv 2505.23585). */
    LENGTH_WEIGHTED {
        @Override
        double[] differences(double[] rewards, int[] lengths) {
            return minus(rewards, Mean.weighted(rewards, lengths), 1);
        }
    },

    /**
     * The mean of the group, with the difference as a share of it: (r - mean) / mean, and 0 where the mean is 0 (MaxRL:
     * Tajwar et al. 2026, arXiv 2602.02710). A prompt that is solved with probability p weighs about 1 / p.
     */
    RELATIVE_MEAN {
        @Override
        double[] differences(double[] rewards, int[] lengths) {
            requireNonNegative(rewards);
            double mean = Mean.of(rewards);
            return mean > 0 ? minus(rewards, mean, 1 / mean) : new double[rewards.length];
        }
    };

    abstract double[] differences(double[] rewards, int[] lengths);

    private static void requireNonNegative(double[] rewards) {
        for (double reward : rewards) {
            if (reward < 0) {
                throw new RewardException("The baseline RELATIVE_MEAN divides by the mean reward of a group, as an"
                        + " estimate of the probability of success, and found a reward of " + reward
                        + ". Use a reward of at least 0, or another baseline.");
            }
        }
    }

    private static double[] minus(double[] rewards, double baseline, double factor) {
        double[] differences = new double[rewards.length];
        for (int i = 0; i < rewards.length; i++) {
            differences[i] = (rewards[i] - baseline) * factor;
        }
        return differences;
    }
}
