package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.TrainablePolicy;

/**
 * Collects the parts of a {@link SupervisedTrainer}. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class SupervisedTrainerBuilder {

    private @Nullable TrainablePolicy policy;
    private @Nullable Optimizer optimizer;
    private @Nullable List<SupervisedExample> examples;
    private @Nullable SupervisedSettings settings;
    private @Nullable TrainerState resumed;
    private @Nullable Validation validation;
    private Checkpoints checkpoints = Checkpoints.NONE;
    private final List<TrainingListener> listeners = new ArrayList<>();

    SupervisedTrainerBuilder() {}

    /** The policy to train and its optimizer; the caller closes both. */
    public SupervisedTrainerBuilder policy(TrainablePolicy trained, Optimizer itsOptimizer) {
        this.policy = trained;
        this.optimizer = itsOptimizer;
        return this;
    }

    /** The examples to learn. */
    public SupervisedTrainerBuilder examples(List<SupervisedExample> text) {
        this.examples = List.copyOf(text);
        return this;
    }

    /** Settings. */
    public SupervisedTrainerBuilder settings(SupervisedSettings newSettings) {
        this.settings = newSettings;
        return this;
    }

    /**
     * Resumes an earlier run from the state of its checkpoint; weights and optimizer must be restored to it. The start
     * step of the settings is then ignored.
     */
    public SupervisedTrainerBuilder resume(TrainerState state) {
        this.resumed = state;
        return this;
    }

    /** What to measure between steps; by default nothing. */
    public SupervisedTrainerBuilder validation(Validation newValidation) {
        this.validation = newValidation;
        return this;
    }

    /** When to save; by default never. */
    public SupervisedTrainerBuilder checkpoints(Checkpoints newCheckpoints) {
        this.checkpoints = newCheckpoints;
        return this;
    }

    /** Adds a listener; listeners are called in the order in which they were added. */
    public SupervisedTrainerBuilder listener(TrainingListener listener) {
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
