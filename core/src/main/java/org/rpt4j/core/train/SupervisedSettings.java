package org.rpt4j.core.train;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;
import org.rpt4j.api.setting.SettingsConflictException;

/**
 * Settings of {@link SupervisedTrainer}. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class SupervisedSettings {

    public static final Setting<Long> STEPS = Setting.wholeLong("steps", Range.atLeast(0))
            .says("Number of the step to stop before, counted from 0.")
            .in("steps")
            .orNone();

    public static final Setting<Long> START_STEP = Setting.wholeLong("start-step", Range.atLeast(0))
            .says("Number of the first step of this run.")
            .in("steps")
            .or(0L);

    public static final Setting<Integer> TOKENS_PER_STEP = Setting.whole("tokens-per-step", Range.atLeast(1))
            .says("Tokens of one optimizer step; an example that is longer is a step of its own.")
            .in("tokens")
            .orNone();

    public static final Setting<Integer> MICRO_BATCH_TOKENS = Setting.whole("micro-batch-tokens", Range.atLeast(1))
            .says("Tokens of one forward pass; an example that is longer is a pass of its own.")
            .in("tokens")
            .orNone();

    public static final Setting<Integer> GRADIENT_SHARDS = RptSettings.GRADIENT_SHARDS;

    public static final Setting<LearningRateSchedule> SCHEDULE = Setting.<LearningRateSchedule>of(
                    "schedule", LearningRateSchedule.class)
            .says("Learning rate over the run.")
            .orNone();

    public static final Setting<Long> SEED = Setting.of("seed", Long.class)
            .says("Seed of the order of the examples.")
            .or(0L);

    public static final Setting<Integer> MAX_SKIPPED_STEPS = Setting.whole("max-skipped-steps", Range.atLeast(0))
            .says("Updates that may be skipped because a number was not finite; one more ends the run.")
            .in("updates")
            .or(RptSettings.MAX_SKIPPED_STEPS.byDefault());

    private final long steps;
    private final long startStep;
    private final int tokensPerStep;
    private final int microBatchTokens;
    private final int gradientShards;
    private final LearningRateSchedule schedule;
    private final long seed;
    private final int maxSkippedSteps;

    private SupervisedSettings(Builder builder) {
        this.steps = builder.steps;
        this.startStep = builder.startStep;
        this.tokensPerStep = builder.tokensPerStep;
        this.microBatchTokens = builder.microBatchTokens;
        this.gradientShards = builder.gradientShards;
        this.schedule = builder.schedule;
        this.seed = builder.seed;
        this.maxSkippedSteps = builder.maxSkippedSteps;
    }

    /**
     * Returns a builder that starts from the defaults.
     *
     * @param steps see {@link SupervisedSettings#steps}
     * @param tokensPerStep see {@link SupervisedSettings#tokensPerStep}
     * @param schedule see {@link SupervisedSettings#schedule}
     */
    public static Builder builder(long steps, int tokensPerStep, LearningRateSchedule schedule) {
        return new Builder(steps, tokensPerStep, schedule);
    }

    /** A run from step 0 with seed 0, one pass per step and at most 10 skipped steps. */
    public static SupervisedSettings of(long steps, int tokensPerStep, LearningRateSchedule schedule) {
        return builder(steps, tokensPerStep, schedule).build();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Number of the step to stop before, counted from 0; see {@link SupervisedBatches#stepsIn} for epochs. */
    public long steps() {
        return steps;
    }

    /** Number of the first step of this run. */
    public long startStep() {
        return startStep;
    }

    /** Tokens, including prompts, of one optimizer step; a longer example is a step of its own. */
    public int tokensPerStep() {
        return tokensPerStep;
    }

    /** Tokens of one forward pass; an example that is longer is a pass of its own. */
    public int microBatchTokens() {
        return microBatchTokens;
    }

    /** Shards to which the micro-batches of an update are dealt; their gradients are added in their order. */
    public int gradientShards() {
        return gradientShards;
    }

    /** Learning rate. */
    public LearningRateSchedule schedule() {
        return schedule;
    }

    /** Seed of the order of the examples. */
    public long seed() {
        return seed;
    }

    /** Updates that may be skipped in a run because a number was not finite; one more ends the run. */
    public int maxSkippedSteps() {
        return maxSkippedSteps;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SupervisedSettings that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "SupervisedSettings" + values();
    }

    private List<Assigned> values() {
        return List.of(
                STEPS.is(steps),
                START_STEP.is(startStep),
                TOKENS_PER_STEP.is(tokensPerStep),
                MICRO_BATCH_TOKENS.is(microBatchTokens),
                GRADIENT_SHARDS.is(gradientShards),
                SCHEDULE.is(schedule),
                SEED.is(seed),
                MAX_SKIPPED_STEPS.is(maxSkippedSteps));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private long steps;
        private long startStep = START_STEP.byDefault();
        private int tokensPerStep;
        private int microBatchTokens;
        private int gradientShards = GRADIENT_SHARDS.byDefault();
        private LearningRateSchedule schedule;
        private long seed = SEED.byDefault();
        private int maxSkippedSteps = MAX_SKIPPED_STEPS.byDefault();

        private Builder(long steps, int tokensPerStep, LearningRateSchedule schedule) {
            this.steps = STEPS.check(steps);
            this.tokensPerStep = TOKENS_PER_STEP.check(tokensPerStep);
            this.microBatchTokens = tokensPerStep;
            this.schedule = SCHEDULE.check(schedule);
        }

        private Builder(SupervisedSettings values) {
            this.steps = values.steps;
            this.startStep = values.startStep;
            this.tokensPerStep = values.tokensPerStep;
            this.microBatchTokens = values.microBatchTokens;
            this.gradientShards = values.gradientShards;
            this.schedule = values.schedule;
            this.seed = values.seed;
            this.maxSkippedSteps = values.maxSkippedSteps;
        }

        public Builder steps(long steps) {
            this.steps = STEPS.check(steps);
            return this;
        }

        public Builder startStep(long startStep) {
            this.startStep = START_STEP.check(startStep);
            return this;
        }

        public Builder tokensPerStep(int tokensPerStep) {
            this.tokensPerStep = TOKENS_PER_STEP.check(tokensPerStep);
            return this;
        }

        public Builder microBatchTokens(int microBatchTokens) {
            this.microBatchTokens = MICRO_BATCH_TOKENS.check(microBatchTokens);
            return this;
        }

        public Builder gradientShards(int gradientShards) {
            this.gradientShards = GRADIENT_SHARDS.check(gradientShards);
            return this;
        }

        public Builder schedule(LearningRateSchedule schedule) {
            this.schedule = SCHEDULE.check(schedule);
            return this;
        }

        public Builder seed(long seed) {
            this.seed = SEED.check(seed);
            return this;
        }

        public Builder maxSkippedSteps(int maxSkippedSteps) {
            this.maxSkippedSteps = MAX_SKIPPED_STEPS.check(maxSkippedSteps);
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws SettingsConflictException if values do not go together
         */
        public SupervisedSettings build() {
            new Conflicts()
                    .when(
                            startStep > steps,
                            "the run would end before it starts. Steps count from 0, not from the start step.",
                            START_STEP.is(startStep),
                            STEPS.is(steps))
                    .refuse();
            return new SupervisedSettings(this);
        }
    }
}
