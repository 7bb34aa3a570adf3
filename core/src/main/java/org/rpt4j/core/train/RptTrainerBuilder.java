package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.rollout.Grader;
import org.rpt4j.core.rollout.PredictionExtractor;
import org.rpt4j.core.rollout.PromptFactory;
import org.rpt4j.core.rollout.RolloutPhase;
import org.rpt4j.core.task.TaskSource;

/**
 * Collects the parts of an {@link RptTrainer}. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class RptTrainerBuilder {

    private @Nullable TrainablePolicy policy;
    private @Nullable Optimizer optimizer;
    private @Nullable TaskSource tasks;
    private @Nullable PromptFactory prompts;
    private @Nullable PredictionExtractor extractor;
    private @Nullable RewardVerifier verifier;
    private @Nullable Policy reference;
    private @Nullable LongFunction<Policy> renewal;
    private @Nullable Validation validation;
    private Checkpoints checkpoints = Checkpoints.NONE;
    private PassRates passRates = PassRates.NONE;
    private @Nullable TrainerState resumed;
    private AbstentionGate abstentions = new AbstentionGate(0.5);
    private RptSettings settings = RptSettings.PAPER;
    private final List<TrainingListener> listeners = new ArrayList<>();

    RptTrainerBuilder() {}

    /** The policy to train, whose {@link TrainablePolicy#sampler} samples, and its optimizer; the caller closes both. */
    public RptTrainerBuilder policy(TrainablePolicy trained, Optimizer itsOptimizer) {
        this.policy = trained;
        this.optimizer = itsOptimizer;
        return this;
    }

    /** The source of tasks. */
    public RptTrainerBuilder tasks(TaskSource source) {
        this.tasks = source;
        return this;
    }

    /** How a context becomes a prompt. */
    public RptTrainerBuilder prompts(PromptFactory factory) {
        this.prompts = factory;
        return this;
    }

    /** How a prediction is found in a completion. */
    public RptTrainerBuilder extractor(PredictionExtractor predictionExtractor) {
        this.extractor = predictionExtractor;
        return this;
    }

    /** The verifier that judges predictions. */
    public RptTrainerBuilder verifier(RewardVerifier rewardVerifier) {
        this.verifier = rewardVerifier;
        return this;
    }

    /** The reference policy of the KL penalty, which must not be the trained policy. */
    public RptTrainerBuilder reference(Policy stayClose) {
        this.reference = stayClose;
        return this;
    }

    /**
     * The same, for an objective that renews its reference ({@link
     * org.rpt4j.core.objective.PolicyLoss#klResetSteps}). A run that resumes begins with the reference of its last
     * renewal before the step it resumes with.
     *
     * @param anew called before the first update of a step at which the reference is renewed, with its number: keeps the
     *     present weights, clears the moments of the optimizer, and returns the weights as the new reference. The caller
     *     closes it, and the one before it.
     */
    public RptTrainerBuilder reference(Policy stayClose, LongFunction<Policy> anew) {
        this.reference = stayClose;
        this.renewal = anew;
        return this;
    }

    /** Pass rates of the tasks from earlier runs, for dynamic sampling; by default {@link PassRates#NONE}. */
    public RptTrainerBuilder passRates(PassRates known) {
        this.passRates = known;
        return this;
    }

    /**
     * Resumes an earlier run from the state of its checkpoint; weights and optimizer must be restored to it. The state
     * includes the first step and the pass rates.
     */
    public RptTrainerBuilder resume(TrainerState state) {
        this.resumed = state;
        return this;
    }

    /** The settings; by default {@link RptSettings#PAPER}. */
    public RptTrainerBuilder settings(RptSettings newSettings) {
        this.settings = newSettings;
        return this;
    }

    /** What to measure between steps; by default nothing. */
    public RptTrainerBuilder validation(Validation newValidation) {
        this.validation = newValidation;
        return this;
    }

    /** When to save; by default never. */
    public RptTrainerBuilder checkpoints(Checkpoints newCheckpoints) {
        this.checkpoints = newCheckpoints;
        return this;
    }

    /**
     * Maximum share of the rollouts of a step that may have no verdict; above it the run ends with a
     * {@link org.rpt4j.api.error.RewardException}. By default one half; 1 turns the limit off.
     */
    public RptTrainerBuilder maxAbstainedShare(double share) {
        this.abstentions = new AbstentionGate(share);
        return this;
    }

    /** Adds a listener; listeners are called in the order in which they were added. */
    public RptTrainerBuilder listener(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /**
     * Builds the trainer.
     *
     * @throws IllegalStateException if a part is missing or does not fit; the message lists all problems
     */
    public RptTrainer build() {
        TrainablePolicy trained = policy;
        Optimizer itsOptimizer = optimizer;
        TaskSource source = tasks;
        PromptFactory factory = prompts;
        PredictionExtractor predictionExtractor = extractor;
        RewardVerifier rewardVerifier = verifier;
        List<String> errors = new ArrayList<>(TrainerChecks.reference(settings, policy, reference));
        errors.addAll(TrainerChecks.renewal(settings, renewal != null));
        errors.addAll(TrainerChecks.sampler(settings, policy));
        errors.addAll(TrainerChecks.corpus(settings, policy));
        errors.addAll(TrainerChecks.resume(settings, resumed, passRates));
        if (trained == null
                || itsOptimizer == null
                || source == null
                || factory == null
                || predictionExtractor == null
                || rewardVerifier == null
                || !errors.isEmpty()) {
            TrainerChecks.addIfMissing(errors, policy, "policy(policy, optimizer)");
            TrainerChecks.addIfMissing(errors, tasks, "tasks(source)");
            TrainerChecks.addIfMissing(errors, prompts, "prompts(factory)");
            TrainerChecks.addIfMissing(errors, extractor, "extractor(extractor)");
            TrainerChecks.addIfMissing(errors, verifier, "verifier(verifier)");
            throw TrainerChecks.incomplete(errors);
        }
        TrainerState start = resumed == null
                ? TrainerState.at(settings.startStep()).withSupply(TrainerState.SupplyState.of(passRates))
                : resumed;
        RunLoop loop = new RunLoop(
                trained,
                itsOptimizer,
                new RunPlan(
                        settings.objective().name(),
                        start,
                        settings.steps(),
                        settings.maxSkippedSteps(),
                        List.copyOf(listeners),
                        checkpoints,
                        validation));
        return new RptTrainer(
                new GroupSupply(source, trained, settings, start.supply()),
                new RolloutPhase(
                        trained.sampler(),
                        factory,
                        (batch, step) -> loop.emit(new TrainingEvent.BatchFailed(step, batch))),
                new Grader(predictionExtractor, rewardVerifier),
                new UpdatePhase(
                        trained,
                        itsOptimizer,
                        new References(
                                reference, renewal, settings.objective().loss().klResetSteps()),
                        settings,
                        loop::emit,
                        start.passTokens()),
                abstentions,
                settings,
                loop);
    }
}
