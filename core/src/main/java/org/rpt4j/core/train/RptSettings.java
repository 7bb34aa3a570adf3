package org.rpt4j.core.train;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;
import org.rpt4j.api.setting.SettingsConflictException;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.OverlongPenalty;
import org.rpt4j.core.objective.PolicyLoss;
import org.rpt4j.core.objective.Preset;
import org.rpt4j.core.objective.TruncationHandling;

/**
 * Settings of {@link RptTrainer}. The size of a step is given in groups; everything else follows. Immutable and
 * thread-safe.
 *
 * @since 0.1.0
 */
public final class RptSettings {

    public static final Setting<Long> STEPS = Setting.wholeLong("steps", Range.atLeast(0))
            .says("Number of the step to stop before, counted from 0.")
            .in("steps")
            .after("section 3.3: 1000")
            .or(1000L);

    public static final Setting<Long> START_STEP = Setting.wholeLong("start-step", Range.atLeast(0))
            .says("Number of the first step, for a run that continues from a checkpoint.")
            .in("steps")
            .or(0L);

    public static final Setting<Integer> PROMPTS_PER_STEP = Setting.whole("prompts-per-step", Range.atLeast(1))
            .says("Number of prompts, and so of groups, of one step.")
            .in("groups")
            .after("section 3.3: 256")
            .or(256);

    public static final Setting<SamplingOptions> SAMPLING = Setting.<SamplingOptions>of(
                    "sampling", SamplingOptions.class)
            .says("How rollouts are sampled.")
            .or(SamplingOptions.builder().build());

    public static final Setting<Objective> OBJECTIVE = Setting.<Objective>of("objective", Objective.class)
            .says("What to optimise.")
            .or(Objective.GRPO);

    public static final Setting<Integer> UPDATES_PER_BATCH = Setting.whole("updates-per-batch", Range.atLeast(1))
            .says("Optimizer steps on the same rollouts; 1 is exactly on-policy.")
            .after("section 3.3: 1")
            .or(1);

    public static final Setting<LearningRateSchedule> SCHEDULE = Setting.<LearningRateSchedule>of(
                    "schedule", LearningRateSchedule.class)
            .says("Learning rate over the run.")
            .orNone();

    public static final Setting<Integer> MICRO_BATCH_TOKENS = Setting.whole("micro-batch-tokens", Range.atLeast(1))
            .says("Tokens of one forward pass. Fewer need less memory and give the same result up to rounding.")
            .in("tokens")
            .or(16384);

    public static final Setting<Integer> GRADIENT_SHARDS = Setting.whole("gradient-shards", Range.atLeast(1))
            .says(
                    "Number of shards to which the micro-batches of an update are dealt. Each shard's gradient is computed"
                            + " from zero, by an executor if there is a cluster, and shards are added in their order: the same"
                            + " bits on any number of machines. 1 adds micro-batch after micro-batch in this process.")
            .or(1);

    public static final Setting<TruncationHandling> TRUNCATION = Setting.<TruncationHandling>of(
                    "truncation", TruncationHandling.class)
            .says("What becomes of truncated completions.")
            .or(TruncationHandling.KEEP);

    public static final Setting<DynamicSampling> DYNAMIC_SAMPLING = Setting.<DynamicSampling>of(
                    "dynamic-sampling", DynamicSampling.class)
            .says("Whether groups that teach nothing are replaced.")
            .or(DynamicSampling.PAPER);

    public static final Setting<Integer> MAX_SKIPPED_STEPS = Setting.whole("max-skipped-steps", Range.atLeast(0))
            .says("Updates that may be skipped because a number was not finite; one more ends the run.")
            .in("updates")
            .or(10);

    public static final Setting<Double> LOG_PROB_GAP_LIMIT = Setting.real(
                    "log-prob-gap-limit", Range.above(0).upTo(Double.POSITIVE_INFINITY))
            .says("Maximum difference between the log-probability of a token in sampling and in training: of 99 of"
                    + " 100 tokens in a pass, and a tenth of the largest.")
            .in("nats")
            .or(1e-4);

    /**
     * The paper's published settings: 1000 steps of 256 prompts, G = 8, temperature 0.8, 8192 tokens, on-policy GRPO,
     * dynamic sampling from step 500 on.
     */
    public static final RptSettings PAPER = builder().build();

    private static final String ON_POLICY =
            "the baseline is valid only for rollouts of the current weights. Use another objective, or ";

    private final long steps;
    private final long startStep;
    private final int promptsPerStep;
    private final SamplingOptions sampling;
    private final Objective objective;
    private final int updatesPerBatch;
    private final @Nullable LearningRateSchedule schedule;
    private final int microBatchTokens;
    private final int gradientShards;
    private final TruncationHandling truncation;
    private final DynamicSampling dynamicSampling;
    private final int maxSkippedSteps;
    private final double logProbGapLimit;

    private RptSettings(Builder builder) {
        this.steps = builder.steps;
        this.startStep = builder.startStep;
        this.promptsPerStep = builder.promptsPerStep;
        this.sampling = builder.sampling;
        this.objective = builder.objective;
        this.updatesPerBatch = builder.updatesPerBatch;
        this.schedule = builder.schedule;
        this.microBatchTokens = builder.microBatchTokens;
        this.gradientShards = builder.gradientShards;
        this.truncation = builder.truncation;
        this.dynamicSampling = builder.dynamicSampling;
        this.maxSkippedSteps = builder.maxSkippedSteps;
        this.logProbGapLimit = builder.logProbGapLimit;
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Number of the step to stop before, counted from 0: a run of N steps equals k steps followed by N - k steps with
     * {@code startStep} k.
     */
    public long steps() {
        return steps;
    }

    /** Number of the first step of this run. */
    public long startStep() {
        return startStep;
    }

    /** Groups per step. */
    public int promptsPerStep() {
        return promptsPerStep;
    }

    /**
     * Group size G, temperature, maximum number of completion tokens L_max, stops and seed; the trainer sets its step.
     */
    public SamplingOptions sampling() {
        return sampling;
    }

    /** What to optimise. */
    public Objective objective() {
        return objective;
    }

    /** Optimizer steps on the same rollouts; 1 is exactly on-policy. */
    public int updatesPerBatch() {
        return updatesPerBatch;
    }

    /**
     * Learning-rate schedule; null leaves the rate to the optimizer. With a schedule, the optimizer's own warm-up must
     * be 0.
     */
    public @Nullable LearningRateSchedule schedule() {
        return schedule;
    }

    /**
     * Tokens (each prompt once, plus completions) to compute in one forward pass. A prompt with a single completion is
     * never split, so the largest pass may exceed this limit; it is reported.
     */
    public int microBatchTokens() {
        return microBatchTokens;
    }

    /** Shards to which the micro-batches of an update are dealt; their gradients are added in their order. */
    public int gradientShards() {
        return gradientShards;
    }

    /** What becomes of truncated completions. */
    public TruncationHandling truncation() {
        return truncation;
    }

    /** Whether groups that teach nothing are replaced. */
    public DynamicSampling dynamicSampling() {
        return dynamicSampling;
    }

    /** Updates that may be skipped in a run because a number was not finite; one more ends the run. */
    public int maxSkippedSteps() {
        return maxSkippedSteps;
    }

    /**
     * Maximum difference, in nats, between the sampler's log-probability of a token and the trainer's before the
     * first update on it, for 99 of 100 tokens of a pass; the others may exceed it tenfold. 1e-4 for single precision,
     * 0.1 for bfloat16.
     */
    public double logProbGapLimit() {
        return logProbGapLimit;
    }

    /** The sampling options of one step. */
    SamplingOptions samplingAt(long step) {
        return sampling.toBuilder().step(step).build();
    }

    /** The objective of one step: the weight of the penalty falls linearly from its value to its final share. */
    Objective objectiveAt(long step) {
        PolicyLoss loss = objective.loss();
        if (loss.klFinalShare() == 1) {
            return objective;
        }
        double share = loss.klFinalShare() + (1 - loss.klFinalShare()) * (1 - (double) step / steps);
        return objective.toBuilder()
                .loss(loss.toBuilder().klWeight(loss.klWeight() * share).build())
                .build();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RptSettings that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "RptSettings" + values();
    }

    private List<Assigned> values() {
        return List.of(
                STEPS.is(steps),
                START_STEP.is(startStep),
                PROMPTS_PER_STEP.is(promptsPerStep),
                SAMPLING.is(sampling),
                OBJECTIVE.is(objective),
                UPDATES_PER_BATCH.is(updatesPerBatch),
                SCHEDULE.is(schedule),
                MICRO_BATCH_TOKENS.is(microBatchTokens),
                GRADIENT_SHARDS.is(gradientShards),
                TRUNCATION.is(truncation),
                DYNAMIC_SAMPLING.is(dynamicSampling),
                MAX_SKIPPED_STEPS.is(maxSkippedSteps),
                LOG_PROB_GAP_LIMIT.is(logProbGapLimit));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private long steps = STEPS.byDefault();
        private long startStep = START_STEP.byDefault();
        private int promptsPerStep = PROMPTS_PER_STEP.byDefault();
        private SamplingOptions sampling = SAMPLING.byDefault();
        private Objective objective = OBJECTIVE.byDefault();
        private int updatesPerBatch = UPDATES_PER_BATCH.byDefault();
        private @Nullable LearningRateSchedule schedule;
        private int microBatchTokens = MICRO_BATCH_TOKENS.byDefault();
        private int gradientShards = GRADIENT_SHARDS.byDefault();
        private TruncationHandling truncation = TRUNCATION.byDefault();
        private DynamicSampling dynamicSampling = DYNAMIC_SAMPLING.byDefault();
        private int maxSkippedSteps = MAX_SKIPPED_STEPS.byDefault();
        private double logProbGapLimit = LOG_PROB_GAP_LIMIT.byDefault();

        private Builder() {}

        private Builder(RptSettings values) {
            this.steps = values.steps;
            this.startStep = values.startStep;
            this.promptsPerStep = values.promptsPerStep;
            this.sampling = values.sampling;
            this.objective = values.objective;
            this.updatesPerBatch = values.updatesPerBatch;
            this.schedule = values.schedule;
            this.microBatchTokens = values.microBatchTokens;
            this.gradientShards = values.gradientShards;
            this.truncation = values.truncation;
            this.dynamicSampling = values.dynamicSampling;
            this.maxSkippedSteps = values.maxSkippedSteps;
            this.logProbGapLimit = values.logProbGapLimit;
        }

        public Builder steps(long steps) {
            this.steps = STEPS.check(steps);
            return this;
        }

        public Builder startStep(long startStep) {
            this.startStep = START_STEP.check(startStep);
            return this;
        }

        public Builder promptsPerStep(int promptsPerStep) {
            this.promptsPerStep = PROMPTS_PER_STEP.check(promptsPerStep);
            return this;
        }

        public Builder sampling(SamplingOptions sampling) {
            this.sampling = SAMPLING.check(sampling);
            return this;
        }

        public Builder objective(Objective objective) {
            this.objective = OBJECTIVE.check(objective);
            return this;
        }

        public Builder updatesPerBatch(int updatesPerBatch) {
            this.updatesPerBatch = UPDATES_PER_BATCH.check(updatesPerBatch);
            return this;
        }

        public Builder schedule(@Nullable LearningRateSchedule schedule) {
            this.schedule = schedule;
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

        public Builder truncation(TruncationHandling truncation) {
            this.truncation = TRUNCATION.check(truncation);
            return this;
        }

        public Builder dynamicSampling(DynamicSampling dynamicSampling) {
            this.dynamicSampling = DYNAMIC_SAMPLING.check(dynamicSampling);
            return this;
        }

        public Builder maxSkippedSteps(int maxSkippedSteps) {
            this.maxSkippedSteps = MAX_SKIPPED_STEPS.check(maxSkippedSteps);
            return this;
        }

        public Builder logProbGapLimit(double logProbGapLimit) {
            this.logProbGapLimit = LOG_PROB_GAP_LIMIT.check(logProbGapLimit);
            return this;
        }

        /** Sets the objective and the handling of truncated completions from a preset. */
        public Builder preset(Preset preset) {
            return objective(preset.objective()).truncation(preset.truncation());
        }

        /**
         * Builds the settings.
         *
         * @throws SettingsConflictException if values do not go together
         */
        public RptSettings build() {
            boolean onPolicyOnly = objective.advantage().onPolicyOnly();
            new Conflicts()
                    .when(
                            startStep > steps,
                            "the run would end before it starts. Steps count from 0, not from the start step.",
                            START_STEP.is(startStep),
                            STEPS.is(steps))
                    .when(
                            sampling.groupSize() < 2,
                            "an advantage compares the rollouts of a group. Sample at least 2.",
                            SamplingOptions.GROUP_SIZE.is(sampling.groupSize()))
                    .when(
                            sampling.groupSize() >= 2
                                    && sampling.groupSize()
                                            < objective.advantage().leastGroupSize(),
                            "every rollout of such a group has the same advantage: 0. Sample at least "
                                    + objective.advantage().leastGroupSize() + ", or compare smaller sets.",
                            SamplingOptions.GROUP_SIZE.is(sampling.groupSize()),
                            Objective.ADVANTAGE.is(objective.advantage()))
                    .when(
                            objective.advantage().needsNonNegativeRewards()
                                    && truncation.penalty().cacheTokens() > 0,
                            "the advantage is a share of the mean reward, which a penalty can make negative. Remove the"
                                    + " penalty, or use another objective.",
                            OverlongPenalty.CACHE_TOKENS.is(truncation.penalty().cacheTokens()),
                            Objective.ADVANTAGE.is(objective.advantage()))
                    .when(
                            sampling.temperature() == 0,
                            "greedy rollouts of a group are all the same. Raise the temperature.",
                            SamplingOptions.TEMPERATURE.is(sampling.temperature()))
                    .when(
                            onPolicyOnly && updatesPerBatch > 1,
                            ON_POLICY + "1 update per batch.",
                            UPDATES_PER_BATCH.is(updatesPerBatch),
                            Objective.ADVANTAGE.is(objective.advantage()))
                    .when(
                            onPolicyOnly && objective.loss().isolationThreshold() > 0,
                            ON_POLICY + "a single step for all tokens.",
                            PolicyLoss.ISOLATION_THRESHOLD.is(objective.loss().isolationThreshold()),
                            Objective.ADVANTAGE.is(objective.advantage()))
                    .when(
                            onPolicyOnly && dynamicSampling.maxStaleness() > 0,
                            ON_POLICY + "a staleness of 0.",
                            DynamicSampling.MAX_STALENESS.is(dynamicSampling.maxStaleness()),
                            Objective.ADVANTAGE.is(objective.advantage()))
                    .when(
                            objective.rewardWeight() == 0 && dynamicSampling.startStep() < steps,
                            "the rewards teach nothing, so that no group is worth replacing. Turn dynamic sampling off.",
                            Objective.REWARD_WEIGHT.is(objective.rewardWeight()),
                            DynamicSampling.START_STEP.is(dynamicSampling.startStep()))
                    .when(
                            truncation.budget().first() > sampling.maxTokens(),
                            "the budget has more tokens than a completion may have. Lower it.",
                            TruncationHandling.LengthBudget.FIRST.is(
                                    truncation.budget().first()),
                            SamplingOptions.MAX_TOKENS.is(sampling.maxTokens()))
                    .when(
                            truncation.penalty().cacheTokens() > sampling.maxTokens(),
                            "the penalty covers more tokens than a completion may have. Lower it.",
                            OverlongPenalty.CACHE_TOKENS.is(truncation.penalty().cacheTokens()),
                            SamplingOptions.MAX_TOKENS.is(sampling.maxTokens()))
                    .refuse();
            return new RptSettings(this);
        }
    }
}
