package org.rpt4j.core.objective;

import java.util.Arrays;

/**
 * Turns the rewards of one group into advantages: how much better each rollout did than the rollouts it was sampled
 * with. Pure and thread-safe. The group is whatever is handed over, so groups are told apart by their id and never by
 * equal prompts.
 *
 * <p>All named values return exact zeros for equal rewards. There is deliberately no leave-one-out baseline with a
 * leave-one-out deviation: on rewards such as 1, 0, 0, 0 that deviation is 0 and the advantage explodes.
 */
@FunctionalInterface
public interface Advantage {

    /** Rewards closer together than this count as equal. */
    double EQUAL_REWARDS = 1e-9;

    /**
     * Dr. GRPO: A_i = r_i - mean(r). Without the deviation, easy and hard groups weigh the same (Liu et al. 2025, arXiv
     * 2503.20783).
     */
    Advantage CENTRED = rewards -> scaled(rewards, 1);

    /**
     * RLOO: A_i = r_i - mean of the others = G/(G-1) (r_i - mean(r)), an unbiased baseline (Kool et al. 2019; Ahmadian
     * et al. 2024, arXiv 2402.14740).
     */
    Advantage LEAVE_ONE_OUT = rewards -> scaled(rewards, rewards.length / (rewards.length - 1.0));

    /**
     * Advantages of one group.
     *
     * @param rewards one finite reward per rollout, G of them; left unchanged
     * @return one advantage per rollout
     * @throws IllegalArgumentException if G is below 2, where a baseline would leak the raw reward, or a reward is not
     *     finite
     */
    double[] of(double[] rewards);

    /** GRPO: A_i = (r_i - mean(r)) / (std(r) + eps) (Shao et al. 2024, arXiv 2402.03300). */
    static Advantage standardised(StandardDeviation deviation) {
        return rewards -> {
            requireGroup(rewards);
            return scaled(rewards, 1 / (deviation.of(rewards) + deviation.epsilon()));
        };
    }

    /** Whether the rewards of a group differ, so that the group can teach anything. */
    static boolean isMixed(double[] rewards) {
        requireGroup(rewards);
        double least = Arrays.stream(rewards).min().getAsDouble();
        double most = Arrays.stream(rewards).max().getAsDouble();
        return most - least > EQUAL_REWARDS;
    }

    private static double[] scaled(double[] rewards, double factor) {
        requireGroup(rewards);
        double mean = Mean.of(rewards);
        return Arrays.stream(rewards).map(reward -> (reward - mean) * factor).toArray();
    }

    private static void requireGroup(double[] rewards) {
        if (rewards.length < 2) {
            throw new IllegalArgumentException("a group of " + rewards.length
                    + " has no baseline. Sample at least 2 rollouts per prompt, and drop a group that shrank to one.");
        }
        for (double reward : rewards) {
            if (!Double.isFinite(reward)) {
                throw new IllegalArgumentException("reward is " + reward + ", must be finite");
            }
        }
    }
}
