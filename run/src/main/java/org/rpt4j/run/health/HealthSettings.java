package org.rpt4j.run.health;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * Thresholds of the health checks. A threshold of 0 turns its check off. Immutable and thread-safe.
 *
 * <p>The defaults follow from nine runs of the small model over 20 to 600 steps. In these, entropy fell to 0.45 of its
 * initial value, length to 0.93 and the live share to 0.39, and no gradient norm exceeded 3.2 times the median before
 * it.
 *
 * @since 0.1.0
 */
public final class HealthSettings {

    public static final Setting<Integer> WINDOW_STEPS = Setting.whole("window-steps", Range.atLeast(1))
            .says("Number of steps for medians and means. The first window of the run is the reference, and a"
                    + " warning is cleared after one window without findings.")
            .in("steps")
            .or(16);

    public static final Setting<Double> ENTROPY_SHARE = Setting.real(
                    "entropy-share", Range.atLeast(0).below(1))
            .says("Warns if entropy falls below this share of its initial value; 0 turns the check off. Runs of"
                    + " the small model fell to 0.45.")
            .or(0.25);

    public static final Setting<Double> LENGTH_SHARE = Setting.real(
                    "length-share", Range.atLeast(0).below(1))
            .says("Warns if completions become shorter than this share of their initial length; 0 turns the check"
                    + " off.")
            .or(0.3);

    public static final Setting<Double> SHRINKAGE_SHARE = Setting.real(
                    "shrinkage-share", Range.atLeast(0).below(1))
            .says("Warns if completions become shorter than this share of their initial length while the mean reward"
                    + " is above its initial value: it pays not to think; 0 turns the check off. Runs of the small"
                    + " model kept 0.93.")
            .after("arXiv 2602.03979 for likelihood rewards")
            .or(0.7);

    public static final Setting<Double> BOX_RATE_SHARE = Setting.real(
                    "box-rate-share", Range.atLeast(0).below(1))
            .says("Warns if the rate of completions with a prediction falls below this share of the best rate of"
                    + " the run; 0 turns the check off.")
            .or(0.5);

    public static final Setting<Double> LIVE_SHARE = Setting.real(
                    "live-share", Range.atLeast(0).below(1))
            .says("Warns if the share of groups with differing rewards, which alone teach, falls below this"
                    + " value; 0 turns the check off.")
            .or(0.1);

    public static final Setting<Double> GAP_SHARE = Setting.real(
                    "gap-share", Range.atLeast(0).below(1))
            .says(
                    "Warns if the gap between sampler and trainer exceeds this share of the limit that ends the run; 0 turns"
                            + " the check off.")
            .or(0.5);

    public static final Setting<Double> GRADIENT_FACTOR = Setting.real("gradient-factor", Range.atLeast(0))
            .says("Warns if a gradient norm exceeds this multiple of the median before it; 0 turns the check"
                    + " off. Runs of the small model stayed below 3.2.")
            .or(5.0);

    /** Warnings that healthy runs do not raise. */
    public static final HealthSettings DEFAULTS = builder().build();

    /** All checks off. */
    public static final HealthSettings OFF = builder()
            .windowSteps(1)
            .entropyShare(0)
            .lengthShare(0)
            .shrinkageShare(0)
            .boxRateShare(0)
            .liveShare(0)
            .gapShare(0)
            .gradientFactor(0)
            .build();

    private final int windowSteps;
    private final double entropyShare;
    private final double lengthShare;
    private final double shrinkageShare;
    private final double boxRateShare;
    private final double liveShare;
    private final double gapShare;
    private final double gradientFactor;

    private HealthSettings(Builder builder) {
        this.windowSteps = builder.windowSteps;
        this.entropyShare = builder.entropyShare;
        this.lengthShare = builder.lengthShare;
        this.shrinkageShare = builder.shrinkageShare;
        this.boxRateShare = builder.boxRateShare;
        this.liveShare = builder.liveShare;
        this.gapShare = builder.gapShare;
        this.gradientFactor = builder.gradientFactor;
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns the number of steps for medians and means, for the reference window at the start of the run, and without
     * findings before a warning is cleared.
     */
    public int windowSteps() {
        return windowSteps;
    }

    /** Returns the minimum entropy, as a share of its initial value. */
    public double entropyShare() {
        return entropyShare;
    }

    /** Returns the minimum length of completions, as a share of the initial length. */
    public double lengthShare() {
        return lengthShare;
    }

    /** Returns the minimum length of completions whose reward rises, as a share of the initial length. */
    public double shrinkageShare() {
        return shrinkageShare;
    }

    /** Returns the minimum box rate, as a share of the best of the run. */
    public double boxRateShare() {
        return boxRateShare;
    }

    /** Returns the minimum share of live groups; below 0.1, nine of ten rollouts are wasted. */
    public double liveShare() {
        return liveShare;
    }

    /** Returns the maximum gap between sampler and trainer, as a share of the limit that ends the run. */
    public double gapShare() {
        return gapShare;
    }

    /** Returns the maximum gradient norm, as a multiple of the median before it. */
    public double gradientFactor() {
        return gradientFactor;
    }

    /** Returns the rules that are turned on. */
    List<HealthRule> rules() {
        List<HealthRule> rules = new ArrayList<>();
        if (entropyShare > 0) {
            rules.add(FallFromStart.ofEntropy(entropyShare));
        }
        if (lengthShare > 0) {
            rules.add(FallFromStart.ofLength(lengthShare));
        }
        if (shrinkageShare > 0) {
            rules.add(new ThoughtShrinkage(shrinkageShare));
        }
        if (boxRateShare > 0) {
            rules.add(new BoxRateDrop(boxRateShare));
        }
        if (liveShare > 0) {
            rules.add(new LiveGroupStarvation(liveShare));
        }
        if (gapShare > 0) {
            rules.add(new GapNearLimit(gapShare));
        }
        if (gradientFactor > 0) {
            rules.add(new GradientSpike(gradientFactor));
        }
        return rules;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HealthSettings that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "HealthSettings" + values();
    }

    private List<Assigned> values() {
        return List.of(
                WINDOW_STEPS.is(windowSteps),
                ENTROPY_SHARE.is(entropyShare),
                LENGTH_SHARE.is(lengthShare),
                SHRINKAGE_SHARE.is(shrinkageShare),
                BOX_RATE_SHARE.is(boxRateShare),
                LIVE_SHARE.is(liveShare),
                GAP_SHARE.is(gapShare),
                GRADIENT_FACTOR.is(gradientFactor));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private int windowSteps = WINDOW_STEPS.byDefault();
        private double entropyShare = ENTROPY_SHARE.byDefault();
        private double lengthShare = LENGTH_SHARE.byDefault();
        private double shrinkageShare = SHRINKAGE_SHARE.byDefault();
        private double boxRateShare = BOX_RATE_SHARE.byDefault();
        private double liveShare = LIVE_SHARE.byDefault();
        private double gapShare = GAP_SHARE.byDefault();
        private double gradientFactor = GRADIENT_FACTOR.byDefault();

        private Builder() {}

        private Builder(HealthSettings values) {
            this.windowSteps = values.windowSteps;
            this.entropyShare = values.entropyShare;
            this.lengthShare = values.lengthShare;
            this.shrinkageShare = values.shrinkageShare;
            this.boxRateShare = values.boxRateShare;
            this.liveShare = values.liveShare;
            this.gapShare = values.gapShare;
            this.gradientFactor = values.gradientFactor;
        }

        public Builder windowSteps(int windowSteps) {
            this.windowSteps = WINDOW_STEPS.check(windowSteps);
            return this;
        }

        public Builder entropyShare(double entropyShare) {
            this.entropyShare = ENTROPY_SHARE.check(entropyShare);
            return this;
        }

        public Builder lengthShare(double lengthShare) {
            this.lengthShare = LENGTH_SHARE.check(lengthShare);
            return this;
        }

        public Builder shrinkageShare(double shrinkageShare) {
            this.shrinkageShare = SHRINKAGE_SHARE.check(shrinkageShare);
            return this;
        }

        public Builder boxRateShare(double boxRateShare) {
            this.boxRateShare = BOX_RATE_SHARE.check(boxRateShare);
            return this;
        }

        public Builder liveShare(double liveShare) {
            this.liveShare = LIVE_SHARE.check(liveShare);
            return this;
        }

        public Builder gapShare(double gapShare) {
            this.gapShare = GAP_SHARE.check(gapShare);
            return this;
        }

        public Builder gradientFactor(double gradientFactor) {
            this.gradientFactor = GRADIENT_FACTOR.check(gradientFactor);
            return this;
        }

        /** Builds the settings. */
        public HealthSettings build() {
            return new HealthSettings(this);
        }
    }
}
