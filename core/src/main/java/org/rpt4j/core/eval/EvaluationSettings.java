package org.rpt4j.core.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;
import org.rpt4j.api.setting.SettingsConflictException;

/**
 * Settings of {@link Evaluator}. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class EvaluationSettings {

    public static final Setting<SamplingOptions> SAMPLING = Setting.<SamplingOptions>of(
                    "sampling", SamplingOptions.class)
            .says("How thoughts are sampled.")
            .orNone();

    public static final Setting<List<Integer>> PASS_AT = Setting.<List<Integer>>of("pass-at", List.class)
            .mustBe("numbers of at least 1", ks -> ks.stream().allMatch(k -> k >= 1))
            .says("The k of pass@k, each at most the number of samples.")
            .after("Chen et al. 2021, arXiv 2107.03374")
            .or(List.of());

    public static final Setting<Integer> TASKS_PER_CHUNK = Setting.whole("tasks-per-chunk", Range.atLeast(1))
            .says("Tasks that are handed to the policy together; changes memory, never the result.")
            .in("tasks")
            .or(64);

    public static final Setting<Boolean> STANDARD = Setting.<Boolean>of("standard", Boolean.class)
            .says("Whether the next token is also predicted without a thought; tasks without a next token have none.")
            .or(true);

    private final SamplingOptions sampling;
    private final List<Integer> passAt;
    private final int tasksPerChunk;
    private final boolean standard;

    private EvaluationSettings(Builder builder) {
        this.sampling = builder.sampling;
        this.passAt = builder.passAt;
        this.tasksPerChunk = builder.tasksPerChunk;
        this.standard = builder.standard;
    }

    /**
     * Returns a builder that starts from the defaults.
     *
     * @param sampling see {@link EvaluationSettings#sampling}
     */
    public static Builder builder(SamplingOptions sampling) {
        return new Builder(sampling);
    }

    /** One greedy completion of at most {@code maxTokens} tokens per task, 64 tasks at a time. */
    public static EvaluationSettings greedy(int maxTokens) {
        return builder(SamplingOptions.greedy(maxTokens)).build();
    }

    /** Several samples per task with pass@1 and pass@samples, 64 tasks at a time. */
    public static EvaluationSettings sampled(int samples, double temperature, int maxTokens) {
        SamplingOptions sampling = SamplingOptions.builder()
                .groupSize(samples)
                .temperature(temperature)
                .maxTokens(maxTokens)
                .build();
        return builder(sampling)
                .passAt(samples == 1 ? List.of(1) : List.of(1, samples))
                .build();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** How thoughts are sampled: the group size is the number of samples per task; temperature 0 is greedy. */
    public SamplingOptions sampling() {
        return sampling;
    }

    /** The values of k for pass@k, each from 1 to the number of samples; may be empty. */
    public List<Integer> passAt() {
        return passAt;
    }

    /** Number of tasks per call to the policy; changes memory and progress, never the result. */
    public int tasksPerChunk() {
        return tasksPerChunk;
    }

    /** Whether the next token is also predicted without a thought. */
    public boolean standard() {
        return standard;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EvaluationSettings that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "EvaluationSettings" + values();
    }

    private List<Assigned> values() {
        return List.of(
                SAMPLING.is(sampling), PASS_AT.is(passAt), TASKS_PER_CHUNK.is(tasksPerChunk), STANDARD.is(standard));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private SamplingOptions sampling;
        private List<Integer> passAt = PASS_AT.byDefault();
        private int tasksPerChunk = TASKS_PER_CHUNK.byDefault();
        private boolean standard = STANDARD.byDefault();

        private Builder(SamplingOptions sampling) {
            this.sampling = SAMPLING.check(sampling);
        }

        private Builder(EvaluationSettings values) {
            this.sampling = values.sampling;
            this.passAt = values.passAt;
            this.tasksPerChunk = values.tasksPerChunk;
            this.standard = values.standard;
        }

        public Builder sampling(SamplingOptions sampling) {
            this.sampling = SAMPLING.check(sampling);
            return this;
        }

        public Builder passAt(List<Integer> passAt) {
            this.passAt = List.copyOf(PASS_AT.check(passAt));
            return this;
        }

        public Builder tasksPerChunk(int tasksPerChunk) {
            this.tasksPerChunk = TASKS_PER_CHUNK.check(tasksPerChunk);
            return this;
        }

        public Builder standard(boolean standard) {
            this.standard = standard;
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws SettingsConflictException if values do not go together
         */
        public EvaluationSettings build() {
            int samples = sampling.groupSize();
            new Conflicts()
                    .when(
                            samples > 1 && sampling.temperature() == 0,
                            "greedy samples of a task are all the same. Use one sample, or raise the temperature.",
                            SamplingOptions.GROUP_SIZE.is(samples),
                            SamplingOptions.TEMPERATURE.is(sampling.temperature()))
                    .when(
                            passAt.stream().anyMatch(k -> k > samples),
                            "pass@k needs at least k samples of every task. Raise the number of samples.",
                            PASS_AT.is(passAt),
                            SamplingOptions.GROUP_SIZE.is(samples))
                    .refuse();
            return new EvaluationSettings(this);
        }
    }
}
