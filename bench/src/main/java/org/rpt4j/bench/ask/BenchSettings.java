package org.rpt4j.bench.ask;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;
import org.rpt4j.core.eval.EvaluationSettings;

/**
 * How a suite is asked. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class BenchSettings {

    public static final Setting<BenchMode> MODE = Setting.<BenchMode>of("mode", BenchMode.class)
            .says("How a model gives its answer.")
            .or(BenchMode.GENERATE);

    public static final Setting<PromptForm> FORM = Setting.<PromptForm>of("form", PromptForm.class)
            .says("What stands around a question.")
            .or(PromptForm.TEMPLATE);

    public static final Setting<Thinking> THINKING = Setting.<Thinking>of("thinking", Thinking.class)
            .says("Whether a model thinks before it answers.")
            .or(Thinking.TEMPLATE);

    public static final Setting<Integer> SHOTS = Setting.whole("shots", Range.atLeast(0))
            .says("Examples before each question.")
            .orNone();

    public static final Setting<Integer> MAX_QUESTIONS = Setting.whole("max-questions", Range.atLeast(1))
            .says("Questions to ask, drawn by the seed; without it, all.")
            .orNone();

    private final EvaluationSettings evaluation;
    private final BenchMode mode;
    private final PromptForm form;
    private final Thinking thinking;
    private final OptionalInt shots;
    private final OptionalInt maxQuestions;

    private BenchSettings(Builder builder) {
        this.evaluation = builder.evaluation;
        this.mode = builder.mode;
        this.form = builder.form;
        this.thinking = builder.thinking;
        this.shots = builder.shots;
        this.maxQuestions = builder.maxQuestions;
    }

    /**
     * Returns a builder that starts from the defaults.
     *
     * @param evaluation samples, temperature, limit and seed, the k of pass@k, and questions per call; what ends a response
     *     comes from the model
     */
    public static Builder builder(EvaluationSettings evaluation) {
        return new Builder(evaluation);
    }

    /** Samples, temperature, limit and seed. */
    public SamplingOptions sampling() {
        return evaluation.sampling();
    }

    /** The values of k for pass@k. */
    public List<Integer> passAt() {
        return evaluation.passAt();
    }

    /** Questions that are handed to the policy together; changes memory, never the result. */
    public int questionsPerChunk() {
        return evaluation.tasksPerChunk();
    }

    /** How a model gives its answer. */
    public BenchMode mode() {
        return mode;
    }

    /** What stands around a question. */
    public PromptForm form() {
        return form;
    }

    /** Whether a model thinks before it answers. */
    public Thinking thinking() {
        return thinking;
    }

    /** Examples before each question; empty for as many as the suite publishes with, if there are examples. */
    public OptionalInt shots() {
        return shots;
    }

    /** Questions to ask; empty for all. */
    public OptionalInt maxQuestions() {
        return maxQuestions;
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private final EvaluationSettings evaluation;
        private BenchMode mode = MODE.byDefault();
        private PromptForm form = FORM.byDefault();
        private Thinking thinking = THINKING.byDefault();
        private OptionalInt shots = OptionalInt.empty();
        private OptionalInt maxQuestions = OptionalInt.empty();

        private Builder(EvaluationSettings evaluation) {
            this.evaluation = Objects.requireNonNull(evaluation, "evaluation");
        }

        public Builder mode(BenchMode mode) {
            this.mode = MODE.check(mode);
            return this;
        }

        public Builder form(PromptForm form) {
            this.form = FORM.check(form);
            return this;
        }

        public Builder thinking(Thinking thinking) {
            this.thinking = THINKING.check(thinking);
            return this;
        }

        public Builder shots(int shots) {
            this.shots = OptionalInt.of(SHOTS.check(shots));
            return this;
        }

        public Builder maxQuestions(int maxQuestions) {
            this.maxQuestions = OptionalInt.of(MAX_QUESTIONS.check(maxQuestions));
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws org.rpt4j.api.setting.SettingsConflictException if values do not go together
         */
        public BenchSettings build() {
            boolean compares = mode == BenchMode.LOG_PROBABILITY;
            new Conflicts()
                    .when(
                            compares && evaluation.sampling().groupSize() > 1,
                            "log-probabilities are computed, not sampled. Use one sample.",
                            MODE.is(mode),
                            SamplingOptions.GROUP_SIZE.is(evaluation.sampling().groupSize()))
                    .when(
                            compares && thinking == Thinking.ON,
                            "a choice is compared without a thought before it. Leave thinking out.",
                            MODE.is(mode),
                            THINKING.is(thinking))
                    .refuse();
            return new BenchSettings(this);
        }
    }
}
