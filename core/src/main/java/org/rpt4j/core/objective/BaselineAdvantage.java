package org.rpt4j.core.objective;

import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Conflicts;

/** (reward - baseline) / (deviation + epsilon); rejects combinations that are known to be wrong. */
record BaselineAdvantage(Baseline baseline, @Nullable StandardDeviation deviation) implements Advantage {

    BaselineAdvantage {
        String reason = baseline == Baseline.LEAVE_ONE_OUT
                ? "a deviation without the rollout itself is 0 for the hit of 1, 0, 0, 0, and the advantage becomes a"
                        + " million; a deviation with it makes the unbiased baseline biased again."
                : "the deviation is about the mean of the group.";
        new Conflicts()
                .when(
                        deviation != null && baseline != Baseline.MEAN,
                        reason + " Use the baseline MEAN, or no deviation.",
                        BASELINE.is(baseline),
                        DEVIATION.is(deviation))
                .refuse();
    }

    @Override
    public double[] of(double[] rewards, int[] lengths) {
        requireGroup(rewards, lengths);
        double[] advantages = baseline.differences(rewards, lengths);
        if (deviation != null) {
            double divisor = deviation.of(rewards) + deviation.epsilon();
            for (int i = 0; i < advantages.length; i++) {
                advantages[i] /= divisor;
            }
        }
        return advantages;
    }

    @Override
    public boolean onPolicyOnly() {
        return baseline == Baseline.LENGTH_WEIGHTED;
    }

    @Override
    public boolean needsNonNegativeRewards() {
        return baseline == Baseline.RELATIVE_MEAN;
    }

    /** Such as {@code MEAN / SAMPLE_1E6}. */
    @Override
    public String toString() {
        return deviation == null ? baseline.toString() : baseline + " / " + deviation;
    }

    static void requireGroup(double[] rewards, int[] lengths) {
        requireGroup(rewards);
        if (lengths.length != rewards.length) {
            throw new IllegalArgumentException(lengths.length + " lengths for " + rewards.length + " rewards");
        }
    }

    static void requireGroup(double[] rewards) {
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
