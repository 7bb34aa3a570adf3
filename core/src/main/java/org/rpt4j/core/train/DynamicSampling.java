package org.rpt4j.core.train;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * Whether groups without a learning signal are replaced by further ones (DAPO: Yu et al. 2025, arXiv 2503.14476; the
 * RPT paper does this from step 500 on).
 *
 * <p>While it is on, a step learns only from mixed groups: from {@link RptSettings#promptsPerStep} of them, or from as
 * many as the budget yields. The denominators are those of the groups that are learned from.
 *
 * <p>With a curriculum a step samples only tasks whose pass rate lies in a band that moves, and tasks that have none
 * yet. If none of a batch of the source does, those nearest to the band are sampled. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class DynamicSampling {

    public static final Setting<Long> START_STEP = Setting.wholeLong("start-step", Range.atLeast(0))
            .says("First step that replaces groups.")
            .in("steps")
            .after("section 3.3: 500")
            .or(500L);

    public static final Setting<Integer> BUDGET = Setting.whole("budget", Range.atLeast(1))
            .says("Maximum number of groups that a step may sample, as a multiple of its prompts.")
            .after("unspecified by the paper")
            .or(10);

    public static final Setting<Integer> MAX_STALENESS = Setting.whole("max-staleness", Range.atLeast(0))
            .says("Maximum number of updates between the sampling of a surplus group and its use in a later"
                    + " step; 0 drops surplus groups and stays on-policy.")
            .in("updates")
            .or(0);

    public static final Setting<Curriculum> CURRICULUM = Setting.<Curriculum>of("curriculum", Curriculum.class)
            .says(
                    "What moves the band of pass rates from which tasks are preferred: nothing, TIME, or the POLICY, which"
                            + " gets harder tasks the more it solves.")
            .after("a curriculum over time, by entropy: Tian et al. 2025, arXiv 2509.24375")
            .or(Curriculum.NONE);

    public static final Setting<Double> FIRST_PASS_RATE = Setting.real("first-pass-rate", Range.between(0, 1))
            .says("Middle of the band at the start of the curriculum.")
            .or(0.8);

    public static final Setting<Double> LAST_PASS_RATE = Setting.real("last-pass-rate", Range.between(0, 1))
            .says("Middle of the band at the end of the curriculum.")
            .or(0.2);

    public static final Setting<Double> BAND_WIDTH = Setting.real(
                    "band-width", Range.above(0).upTo(1))
            .says("Difference between the highest and the lowest pass rate of the band.")
            .or(0.4);

    /** What moves the band of pass rates of a curriculum. */
    public enum Curriculum {
        /** There is no band. */
        NONE,
        /** Steps: from its first middle to its last over the run. */
        TIME,
        /** The mean pass rate of all tasks so far: at its first middle for 0, at its last for 1. */
        POLICY
    }

    /** The edges of the band belong to it, however they are rounded. */
    private static final double EDGE = 1e-9;

    /** Off. */
    public static final DynamicSampling OFF =
            builder().startStep(Long.MAX_VALUE).budget(1).maxStaleness(0).build();

    /** From step 500 on, as in the paper, with at most ten times the groups, which the paper does not specify. */
    public static final DynamicSampling PAPER = builder().build();

    private final long startStep;
    private final int budget;
    private final int maxStaleness;
    private final Curriculum curriculum;
    private final double firstPassRate;
    private final double lastPassRate;
    private final double bandWidth;

    private DynamicSampling(Builder builder) {
        this.startStep = builder.startStep;
        this.budget = builder.budget;
        this.maxStaleness = builder.maxStaleness;
        this.curriculum = builder.curriculum;
        this.firstPassRate = builder.firstPassRate;
        this.lastPassRate = builder.lastPassRate;
        this.bandWidth = builder.bandWidth;
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The first step with dynamic sampling. */
    public long startStep() {
        return startStep;
    }

    /** Maximum number of groups that one step may sample, as a multiple of {@link RptSettings#promptsPerStep}. */
    public int budget() {
        return budget;
    }

    /**
     * Maximum number of updates between the sampling of a surplus group and its use in a later step; 0 drops surplus
     * groups, so that training is exactly on-policy. An older group keeps its sampled log-probabilities, so its ratio
     * is not 1 and the clip takes effect; see {@link org.rpt4j.core.objective.PolicyLoss#importanceCap}.
     */
    public int maxStaleness() {
        return maxStaleness;
    }

    /** What moves the band of pass rates from which tasks are preferred. */
    public Curriculum curriculum() {
        return curriculum;
    }

    /** Middle of the band at the start of the curriculum. */
    public double firstPassRate() {
        return firstPassRate;
    }

    /** Middle of the band at its end. */
    public double lastPassRate() {
        return lastPassRate;
    }

    /** Difference between the highest and the lowest pass rate of the band. */
    public double bandWidth() {
        return bandWidth;
    }

    /**
     * How far a pass rate lies outside the band; 0 within it, and without a curriculum.
     *
     * @param way how much of the curriculum is done, 0 to 1
     */
    double distance(double passRate, double way) {
        double middle = firstPassRate + (lastPassRate - firstPassRate) * way;
        double outside = Math.abs(passRate - middle) - bandWidth / 2;
        return curriculum == Curriculum.NONE || outside <= EDGE ? 0 : outside;
    }

    /** Whether a step uses dynamic sampling. */
    public boolean isOnAt(long step) {
        return step >= startStep;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DynamicSampling that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "DynamicSampling" + values();
    }

    private List<Assigned> values() {
        return List.of(
                START_STEP.is(startStep),
                BUDGET.is(budget),
                MAX_STALENESS.is(maxStaleness),
                CURRICULUM.is(curriculum),
                FIRST_PASS_RATE.is(firstPassRate),
                LAST_PASS_RATE.is(lastPassRate),
                BAND_WIDTH.is(bandWidth));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private long startStep = START_STEP.byDefault();
        private int budget = BUDGET.byDefault();
        private int maxStaleness = MAX_STALENESS.byDefault();
        private Curriculum curriculum = CURRICULUM.byDefault();
        private double firstPassRate = FIRST_PASS_RATE.byDefault();
        private double lastPassRate = LAST_PASS_RATE.byDefault();
        private double bandWidth = BAND_WIDTH.byDefault();

        private Builder() {}

        private Builder(DynamicSampling values) {
            this.startStep = values.startStep;
            this.budget = values.budget;
            this.maxStaleness = values.maxStaleness;
            this.curriculum = values.curriculum;
            this.firstPassRate = values.firstPassRate;
            this.lastPassRate = values.lastPassRate;
            this.bandWidth = values.bandWidth;
        }

        public Builder startStep(long startStep) {
            this.startStep = START_STEP.check(startStep);
            return this;
        }

        public Builder budget(int budget) {
            this.budget = BUDGET.check(budget);
            return this;
        }

        public Builder maxStaleness(int maxStaleness) {
            this.maxStaleness = MAX_STALENESS.check(maxStaleness);
            return this;
        }

        public Builder curriculum(Curriculum curriculum) {
            this.curriculum = CURRICULUM.check(curriculum);
            return this;
        }

        public Builder firstPassRate(double firstPassRate) {
            this.firstPassRate = FIRST_PASS_RATE.check(firstPassRate);
            return this;
        }

        public Builder lastPassRate(double lastPassRate) {
            this.lastPassRate = LAST_PASS_RATE.check(lastPassRate);
            return this;
        }

        public Builder bandWidth(double bandWidth) {
            this.bandWidth = BAND_WIDTH.check(bandWidth);
            return this;
        }

        /** Builds the value. */
        public DynamicSampling build() {
            return new DynamicSampling(this);
        }
    }
}
