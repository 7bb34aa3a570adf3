package org.rpt4j.core.objective;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * Turns the rewards of one group into advantages: how much better each rollout did than the rest of its group. Pure and
 * thread-safe. The caller forms the groups, by their id and never by equal prompts.
 *
 * <p>Every named value except {@link #REWARD} returns exact zeros for equal rewards.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Advantage {

    Setting<Baseline> BASELINE = Setting.of("baseline", Baseline.class)
            .says("What the reward of a rollout is compared with.")
            .or(Baseline.MEAN);

    Setting<StandardDeviation> DEVIATION = Setting.of("deviation", StandardDeviation.class)
            .says("What divides the difference to the baseline: degrees of freedom and epsilon of the deviation.")
            .after("TRL has SAMPLE_1E4, verl SAMPLE_1E6, the GRPO paper POPULATION_1E8")
            .orNone();

    Setting<Integer> BEST_OF = Setting.whole("best-of", Range.atLeast(0))
            .says(
                    "Rewards every set of so many rollouts of a group for its best one, instead of each rollout; 0 rewards"
                            + " each rollout.")
            .in("rollouts")
            .after("Chen et al. 2025, arXiv 2508.10751: 4")
            .or(0);

    /** Rewards that differ by at most this much count as equal. */
    double EQUAL_REWARDS = 1e-9;

    /**
     * Dr. GRPO: A_i = r_i - mean(r). Without the deviation, easy and hard groups weigh the same (Liu et al. 2025, arXiv
     * 2503.20783).
     */
    Advantage CENTRED = of(Baseline.MEAN, null);

    /**
     * RLOO: A_i = r_i - mean of the others = G/(G-1) (r_i - mean(r)), an unbiased baseline (Kool et al. 2019; Ahmadian
     * et al. 2024, arXiv 2402.14740).
     */
    Advantage LEAVE_ONE_OUT = of(Baseline.LEAVE_ONE_OUT, null);

    /**
     * OPO: A_i = r_i - sum(l r) / sum(l), with the length l of each completion: the minimum-variance baseline if the
     * squared gradient grows with length (Hao et al. 2025, arXiv 2505.23585). Derived for exactly on-policy training.
     */
    Advantage LENGTH_WEIGHTED = of(Baseline.LENGTH_WEIGHTED, null);

    /**
     * MaxRL: A_i = (r_i - mean(r)) / mean(r). For rewards of 0 and 1 its mean gradient is that of log p truncated after
     * G - 1 terms, sum over k below G - 1 of (1 - p)^k grad p (Tajwar et al. 2026, arXiv 2602.02710).
     */
    Advantage RELATIVE = of(Baseline.RELATIVE_MEAN, null);

    /** The reward itself, for a {@link BatchNormalisation} to compare over the whole step. */
    Advantage REWARD = of(Baseline.NONE, null);

    /**
     * Computes the advantages of one group.
     *
     * @param rewards one finite reward per rollout, G of them; left unchanged
     * @param lengths completion length of each rollout in tokens, positive; left unchanged
     * @return one advantage per rollout
     * @throws IllegalArgumentException if G is below 2, where a baseline would leak the raw reward, a reward is not
     *     finite, or there is not one length per reward
     */
    double[] of(double[] rewards, int[] lengths);

    /**
     * Whether it is valid only for rollouts of the current weights, so that a step can make only one update from them.
     */
    default boolean onPolicyOnly() {
        return false;
    }

    /** Whether it is defined only for rewards of at least 0, so that no penalty may be taken from a reward. */
    default boolean needsNonNegativeRewards() {
        return false;
    }

    /** The number of rollouts of a group, G, at which it first tells them apart. */
    default int leastGroupSize() {
        return 2;
    }

    /** GRPO: A_i = (r_i - mean(r)) / (std(r) + eps) (Shao et al. 2024, arXiv 2402.03300). */
    static Advantage standardised(StandardDeviation deviation) {
        return of(Baseline.MEAN, deviation);
    }

    /**
     * An advantage with a baseline and an optional division by a deviation.
     *
     * @param deviation deviation of the group's rewards to divide by; null for no division
     * @throws IllegalArgumentException if the two conflict; the message says why
     */
    static Advantage of(Baseline baseline, @Nullable StandardDeviation deviation) {
        return new BaselineAdvantage(baseline, deviation);
    }

    /**
     * Pass@k training: every set of k rollouts earns the best reward in it, and the advantage of a rollout is the mean
     * over the sets with it, centred and divided by the deviation over all sets (Chen et al. 2025, arXiv 2508.10751,
     * for rewards of 0 and 1; the same with the maximum for others). All sets are counted, none is sampled. A group in
     * which every set earns the same has no learning signal: with rewards of 0 and 1, one with fewer than k misses.
     *
     * @param k rollouts of a set, at least 1 and below G; a group that has shrunk to k rollouts gets zeros
     */
    static Advantage passAt(int k) {
        return new PassAtAdvantage(k);
    }

    /**
     * Whether the rewards of a group differ, so that the group has a learning signal of its own.
     *
     * @throws IllegalArgumentException if G is below 2 or a reward is not finite
     */
    static boolean isMixed(double[] rewards) {
        BaselineAdvantage.requireGroup(rewards);
        double least = Arrays.stream(rewards).min().getAsDouble();
        double most = Arrays.stream(rewards).max().getAsDouble();
        return most - least > EQUAL_REWARDS;
    }
}
