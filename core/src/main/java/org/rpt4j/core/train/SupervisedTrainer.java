package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.phase.PhaseSpan;

/**
 * Next-token training on plain text or on thought traces, through the same differentiable primitive as reinforcement:
 * the cold start before it and the baseline to compare it with.
 *
 * <p>A trainer runs once, on the thread that calls {@link #run()}, and starts no other threads. The caller opens and
 * closes the policy and the optimizer. The optimizer's own warm-up must be 0, because the schedule has one.
 *
 * @since 0.1.0
 */
public final class SupervisedTrainer extends Trainer {

    private final SupervisedBatches batches;
    private final ScheduledRate rate;
    private final UpdateAttempts attempts;
    private final SupervisedSettings settings;

    SupervisedTrainer(
            TrainablePolicy policy,
            Optimizer optimizer,
            List<SupervisedExample> examples,
            SupervisedSettings settings,
            RunPlan plan) {
        super(new RunLoop(policy, optimizer, plan));
        requireFit(examples, policy.description().contextLength());
        this.batches = new SupervisedBatches(examples, settings.tokensPerStep(), settings.seed());
        this.rate = new ScheduledRate(optimizer, settings.schedule(), settings.steps());
        this.attempts = new UpdateAttempts(
                new GradientStep(policy, optimizer, settings.gradientShards()),
                loop::emit,
                plan.start().passTokens());
        this.settings = settings;
    }

    /** Returns a new builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    int passTokens() {
        return attempts.reducedTokens();
    }

    @Override
    void step(long step) throws StepSkippedException {
        Stopwatch watch = new Stopwatch();
        List<SupervisedExample> batch = batches.batch(step);
        long tokens =
                batch.stream().mapToLong(SupervisedExample::learnedTokenCount).sum();
        int passTokens = attempts.tokens(settings.microBatchTokens());
        List<NextTokenLoss> parts = NextTokenLoss.of(batch, 1, passTokens);
        rate.set(step);
        GradientStep.Applied applied = update(step, parts, tokens);
        rate.requireUsed(step, applied.optimizer());
        SupervisedMetrics metrics = new SupervisedMetrics(
                step,
                applied.loss(),
                applied.optimizer().gradientNorm(),
                settings.schedule().at(step, settings.steps()),
                tokens,
                watch.lap());
        loop.emit(new TrainingEvent.SupervisedStepCompleted(metrics, loop.progressAfter(step)));
    }

    private GradientStep.Applied update(long step, List<NextTokenLoss> parts, long tokens) throws StepSkippedException {
        try (PhaseSpan span = PhaseSpan.begin(Phase.UPDATE, step)) {
            span.count(parts.size(), tokens);
            return attempts.run(parts, step).applied();
        }
    }

    private static void requireFit(List<SupervisedExample> examples, int contextLength) {
        for (int i = 0; i < examples.size(); i++) {
            int tokens = examples.get(i).longestSequence();
            if (tokens > contextLength) {
                throw new ContextOverflowException("Example " + i + " has " + tokens
                        + " tokens, the model's context window has " + contextLength + ". Split it into windows.");
            }
        }
    }

    /**
     * Collects the parts of a {@link SupervisedTrainer}. Not thread-safe.
     *
     * @since 0.1.0
     */
    public static final class Builder {

        private @Nullable TrainablePolicy policy;
        private @Nullable Optimizer optimizer;
        private @Nullable List<SupervisedExample> examples;
        private @Nullable SupervisedSettings settings;
        private @Nullable TrainerState resumed;
        private @Nullable Validation validation;
        private Checkpoints checkpoints = Checkpoints.NONE;
        private final List<TrainingListener> listeners = new ArrayList<>();

        Builder() {}

        /** The policy to train and its optimizer; the caller closes both. */
        public Builder policy(TrainablePolicy trained, Optimizer itsOptimizer) {
            this.policy = trained;
            this.optimizer = itsOptimizer;
            return this;
        }

        /** The examples to learn. */
        public Builder examples(List<SupervisedExample> text) {
            this.examples = List.copyOf(text);
            return this;
        }

        /** Settings. */
        public Builder settings(SupervisedSettings newSettings) {
            this.settings = newSettings;
            return this;
        }

        /**
         * Resumes an earlier run from the state of its checkpoint; weights and optimizer must be restored to it. The start
         * step of the settings is then ignored.
         */
        public Builder resume(TrainerState state) {
            this.resumed = state;
            return this;
        }

        /** What to measure between steps; by default nothing. */
        public Builder validation(Validation newValidation) {
            this.validation = newValidation;
            return this;
        }

        /** When to save; by default never. */
        public Builder checkpoints(Checkpoints newCheckpoints) {
            this.checkpoints = newCheckpoints;
            return this;
        }

        /** Adds a listener; listeners are called in the order in which they were added. */
        public Builder listener(TrainingListener listener) {
            listeners.add(listener);
            return this;
        }

        /**
         * Builds the trainer.
         *
         * @throws IllegalStateException if a part is missing; the message lists all missing parts
         * @throws org.rpt4j.api.error.ContextOverflowException if an example does not fit into the model's context window
         */
        public SupervisedTrainer build() {
            TrainablePolicy trained = policy;
            Optimizer itsOptimizer = optimizer;
            List<SupervisedExample> text = examples;
            SupervisedSettings itsSettings = settings;
            if (trained == null || itsOptimizer == null || text == null || itsSettings == null) {
                List<String> errors = new ArrayList<>();
                TrainerChecks.addIfMissing(errors, policy, "policy(policy, optimizer)");
                TrainerChecks.addIfMissing(errors, examples, "examples(examples)");
                TrainerChecks.addIfMissing(errors, settings, "settings(settings)");
                throw TrainerChecks.incomplete(errors);
            }
            RunPlan plan = new RunPlan(
                    "next-token",
                    resumed == null ? TrainerState.at(itsSettings.startStep()) : resumed,
                    itsSettings.steps(),
                    itsSettings.maxSkippedSteps(),
                    List.copyOf(listeners),
                    checkpoints,
                    validation);
            return new SupervisedTrainer(trained, itsOptimizer, text, itsSettings, plan);
        }
    }
}
