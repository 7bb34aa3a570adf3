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
 * many as the budget yields. The denominators are those of the groups that are learned from. Immutable and thread-safe.
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

    /** Off. */
    public static final DynamicSampling OFF =
            builder().startStep(Long.MAX_VALUE).budget(1).maxStaleness(0).build();

    /** From step 500 on, as in the paper, with at most ten times the groups, which the paper does not specify. */
    public static final DynamicSampling PAPER = builder().build();

    private final long startStep;
    private final int budget;
    private final int maxStaleness;

    private DynamicSampling(Builder builder) {
        this.startStep = builder.startStep;
        this.budget = builder.budget;
        this.maxStaleness = builder.maxStaleness;
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
        return List.of(START_STEP.is(startStep), BUDGET.is(budget), MAX_STALENESS.is(maxStaleness));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private long startStep = START_STEP.byDefault();
        private int budget = BUDGET.byDefault();
        private int maxStaleness = MAX_STALENESS.byDefault();

        private Builder() {}

        private Builder(DynamicSampling values) {
            this.startStep = values.startStep;
            this.budget = values.budget;
            this.maxStaleness = values.maxStaleness;
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

        /** Builds the value. */
        public DynamicSampling build() {
            return new DynamicSampling(this);
        }
    }
}
