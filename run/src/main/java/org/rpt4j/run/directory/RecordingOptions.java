package org.rpt4j.run.directory;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * How much text a run keeps. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class RecordingOptions {

    public static final Setting<Integer> ROLLOUTS_PER_STEP = Setting.whole("rollouts-per-step", Range.atLeast(0))
            .says("Maximum number of rollouts of a training step that are kept as text.")
            .in("rollouts")
            .or(4);

    public static final Setting<Integer> RESPONSES_PER_EVALUATION = Setting.whole(
                    "responses-per-evaluation", Range.atLeast(0))
            .says("Maximum number of tasks of an evaluation whose responses are kept as text.")
            .in("tasks")
            .or(400);

    public static final Setting<Integer> FAILED_BATCHES = Setting.whole("failed-batches", Range.atLeast(0))
            .says("Maximum number of batches that are kept whole in the folder failed-batches of"
                    + " run.directory, because a number was not finite or the backend failed.")
            .in("batches")
            .or(8);

    /** 4 rollouts of a step, the responses to 400 tasks of an evaluation, 8 batches with which something went wrong. */
    public static final RecordingOptions DEFAULTS = builder().build();

    private final int rolloutsPerStep;
    private final int responsesPerEvaluation;
    private final int failedBatches;

    private RecordingOptions(Builder builder) {
        this.rolloutsPerStep = builder.rolloutsPerStep;
        this.responsesPerEvaluation = builder.responsesPerEvaluation;
        this.failedBatches = builder.failedBatches;
    }

    /** Begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Begins with these values, for a variation of them. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Maximum number of rollouts of a training step, chosen pseudo-randomly. */
    public int rolloutsPerStep() {
        return rolloutsPerStep;
    }

    /** Maximum number of tasks of an evaluation whose responses are kept, from the first. */
    public int responsesPerEvaluation() {
        return responsesPerEvaluation;
    }

    /** Maximum number of batches that are kept whole because something went wrong with them, from the first. */
    public int failedBatches() {
        return failedBatches;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecordingOptions that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "RecordingOptions" + values();
    }

    private List<Assigned> values() {
        return List.of(
                ROLLOUTS_PER_STEP.is(rolloutsPerStep),
                RESPONSES_PER_EVALUATION.is(responsesPerEvaluation),
                FAILED_BATCHES.is(failedBatches));
    }

    /** Each method refuses a value that is out of its range. Not thread-safe. */
    public static final class Builder {

        private int rolloutsPerStep = ROLLOUTS_PER_STEP.byDefault();
        private int responsesPerEvaluation = RESPONSES_PER_EVALUATION.byDefault();
        private int failedBatches = FAILED_BATCHES.byDefault();

        private Builder() {}

        private Builder(RecordingOptions values) {
            this.rolloutsPerStep = values.rolloutsPerStep;
            this.responsesPerEvaluation = values.responsesPerEvaluation;
            this.failedBatches = values.failedBatches;
        }

        public Builder rolloutsPerStep(int rolloutsPerStep) {
            this.rolloutsPerStep = ROLLOUTS_PER_STEP.check(rolloutsPerStep);
            return this;
        }

        public Builder responsesPerEvaluation(int responsesPerEvaluation) {
            this.responsesPerEvaluation = RESPONSES_PER_EVALUATION.check(responsesPerEvaluation);
            return this;
        }

        public Builder failedBatches(int failedBatches) {
            this.failedBatches = FAILED_BATCHES.check(failedBatches);
            return this;
        }

        /** The options. */
        public RecordingOptions build() {
            return new RecordingOptions(this);
        }
    }
}
