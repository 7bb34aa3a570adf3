package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.Evaluator;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.reward.DeadlineVerifier;
import org.rpt4j.core.reward.RewardFactory;
import org.rpt4j.core.reward.Rewards;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.RptTrainerBuilder;
import org.rpt4j.core.train.RunOutcome;
import org.rpt4j.core.train.SupervisedTrainer;
import org.rpt4j.core.train.Trainer;
import org.rpt4j.core.train.TrainerState;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.core.train.Validation;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.Contradictions;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.directory.RunLock;
import org.rpt4j.run.resume.CheckpointSaver;
import org.rpt4j.run.resume.SavedCheckpoint;
import org.rpt4j.spi.Backends;

/**
 * A run as its configuration says: finds the hard tokens, holds documents out, evaluates, trains, saves, evaluates
 * again and reports. Runs on the thread that calls {@link #run()}; interrupting it ends the run with a checkpoint.
 */
public final class ConfiguredRun {

    private final RunConfiguration configuration;
    private final RunObserver observer;
    private final RunCheckpoints checkpoints;

    public ConfiguredRun(RunConfiguration configuration, RunObserver observer) {
        this.configuration = configuration;
        this.observer = observer;
        this.checkpoints = new RunCheckpoints(configuration);
    }

    /**
     * Runs.
     *
     * @throws CheckpointException if a directory to write to is not free
     * @throws org.rpt4j.api.error.RptException if a part of the run fails
     */
    public RunResult run() {
        Optional<Path> directory = configuration.find(RunKeys.DIRECTORY);
        boolean resumes = configuration.get(RunKeys.RESUME)
                && directory.filter(RunDirectory::isRun).isPresent();
        if (!resumes) {
            directory.ifPresent(RunDirectory::requireFree);
            checkpoints.check();
        }
        Optional<RunLock> lock = directory.map(RunLock::acquire);
        try {
            Resumption resumption = Resumption.of(configuration);
            resumption.run().ifPresent(checkpoints::checkAgain);
            return run(resumption);
        } finally {
            lock.ifPresent(RunLock::close);
        }
    }

    /**
     * What the run needs of memory, disk and time, and what there is: a line for each phase. Opens the backend, and no
     * model; measures the speed of the machine.
     *
     * @throws org.rpt4j.api.error.RptException if the model's configuration or tokenizer cannot be read
     */
    public static List<String> needs(RunConfiguration configuration) {
        ModelSource model = ModelSource.directory(configuration.get(ModelKeys.DIRECTORY));
        try (Tokenizer tokenizer = Tokenizer.open(model.directory());
                Backend backend = Backends.open(configuration.get(BackendKeys.NAME), configuration.backend())) {
            Reasoning reasoning = Reasoning.of(
                    model, tokenizer, configuration.instruction(), configuration.get(SamplingKeys.MAX_TOKENS));
            List<String> needs = new ArrayList<>();
            limits(configuration, backend, reasoning).needs().forEach(need -> needs.add(need.describe()));
            RunTime.of(configuration, backend).ifPresent(time -> needs.add("time       " + time.describe()));
            return needs;
        }
    }

    private static RunLimits limits(RunConfiguration configuration, Backend backend, Reasoning reasoning) {
        return new RunLimits(
                configuration,
                backend,
                Machine.here(configuration.find(RunKeys.DIRECTORY)),
                reasoning.maxContextTokens(),
                ModelConfigReader.read(configuration.get(ModelKeys.DIRECTORY))
                        .describe()
                        .parameterCount());
    }

    private RunResult run(Resumption resumption) {
        double budget = TrainingKeys.isBaseline(configuration) ? BaselineKeys.budget(configuration) : 0;
        PassRates known =
                resumption.checkpoint().isPresent() ? PassRates.NONE : DynamicSamplingKeys.passRates(configuration);
        TaskPreparation preparation = new TaskPreparation(configuration, observer);
        RewardFactory rewards = Rewards.named(configuration.get(RewardKeys.NAME));
        ModelSource model = ModelSource.directory(configuration.get(ModelKeys.DIRECTORY));
        try (Tokenizer tokenizer = Tokenizer.open(model.directory())) {
            Reasoning reasoning = Reasoning.of(
                            model, tokenizer, configuration.instruction(), configuration.get(SamplingKeys.MAX_TOKENS))
                    .withBoxRule(configuration.get(RewardKeys.BOX));
            try (Backend backend = Backends.open(configuration.get(BackendKeys.NAME), configuration.backend())) {
                limits(configuration, backend, reasoning).require();
                RunTime.require(configuration, backend);
                PreparedTasks tasks = preparation.prepare(tokenizer, backend, reasoning.maxContextTokens());
                return new Opened(tokenizer, reasoning, rewards, backend, tasks, known, budget, resumption).run(model);
            }
        }
    }

    /** The run with everything that a model needs. */
    private final class Opened {

        private final Tokenizer tokenizer;
        private final Reasoning reasoning;
        private final RewardFactory rewards;
        private final Backend backend;
        private final PreparedTasks tasks;
        private final PassRates known;
        private final double budget;
        private final Resumption resumption;
        private final SamplingOptions stops;

        Opened(
                Tokenizer tokenizer,
                Reasoning reasoning,
                RewardFactory rewards,
                Backend backend,
                PreparedTasks tasks,
                PassRates known,
                double budget,
                Resumption resumption) {
            this.tokenizer = tokenizer;
            this.reasoning = reasoning;
            this.rewards = rewards;
            this.backend = backend;
            this.tasks = tasks;
            this.known = known;
            this.budget = budget;
            this.resumption = resumption;
            this.stops = reasoning.sampling(1, 0);
        }

        RunResult run(ModelSource model) {
            boolean goesOn = resumption.checkpoint().isPresent();
            @Nullable ControlPlan planned = goesOn ? plannedWith(model) : null;
            ModelSource weights =
                    resumption.checkpoint().map(SavedCheckpoint::model).orElse(model);
            try (TrainablePolicy policy = backend.openTrainablePolicy(weights);
                    Policy reference = reference();
                    Optimizer optimizer = policy.openOptimizer(configuration.optimizer());
                    DeadlineVerifier verifier = verifier(policy)) {
                resumption
                        .checkpoint()
                        .map(SavedCheckpoint::optimizerState)
                        .or(() -> configuration.find(ModelKeys.OPTIMIZER_STATE))
                        .ifPresent(optimizer::restoreState);
                @Nullable ControlPlan control = goesOn ? planned : controlPlan(policy, verifier);
                RunRecording recording = RunRecording.open(configuration, tasks, policy, tokenizer, resumption);
                return trainAndReport(policy, reference, optimizer, verifier, control, recording);
            }
        }

        /** The plan of a control that goes on, which comes from the weights that it began with. */
        private @Nullable ControlPlan plannedWith(ModelSource model) {
            if (!TrainingKeys.isBaseline(configuration)) {
                return null;
            }
            try (TrainablePolicy policy = backend.openTrainablePolicy(model);
                    DeadlineVerifier verifier = verifier(policy)) {
                return controlPlan(policy, verifier);
            }
        }

        private RunResult trainAndReport(
                TrainablePolicy policy,
                @Nullable Policy reference,
                Optimizer optimizer,
                RewardVerifier verifier,
                @Nullable ControlPlan control,
                RunRecording recording) {
            boolean interrupted = false;
            try {
                TrainingResult result;
                List<EvaluationReport> reports;
                try (recording;
                        CheckpointSaver saver = checkpoints.saver(policy, optimizer, recording, resumption)) {
                    RunEvaluations evaluations = evaluations(policy, verifier, recording);
                    evaluations.before();
                    Trainer trainer = control == null
                            ? reinforcement(policy, reference, optimizer, verifier, recording, evaluations, saver)
                            : supervised(control, policy, optimizer, recording, evaluations, saver);
                    observer.training(trainer);
                    result = trainer.run();
                    interrupted = Thread.interrupted(); // an interrupted thread could not write what comes now
                    checkpoints.export(policy, optimizer);
                    if (trainer instanceof RptTrainer reinforced) {
                        recording.keep(reinforced.passRates());
                    }
                    if (result.outcome() != RunOutcome.CANCELLED) {
                        evaluations.after();
                    }
                    reports = evaluations.reports();
                }
                return new RunResult(result, reports, checkpoints.directory(), recording.report());
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private @Nullable Policy reference() {
            return TrainingKeys.isReinforced(configuration)
                            && configuration.training(stops).objective().loss().klWeight() > 0
                    ? backend.openPolicy(ModelSource.directory(configuration.get(ModelKeys.REFERENCE)))
                    : null;
        }

        private DeadlineVerifier verifier(Policy policy) {
            return new DeadlineVerifier(
                    rewards.create(policy, tokenizer), Duration.ofSeconds(configuration.get(RewardKeys.DEADLINE)));
        }

        private RunEvaluations evaluations(Policy policy, RewardVerifier verifier, RunRecording recording) {
            Evaluator evaluator = new Evaluator(
                    policy,
                    reasoning.prompts(),
                    reasoning.beginOfText(),
                    reasoning.extractor(),
                    verifier,
                    configuration.evaluation(stops));
            List<PredictionTask> heldOut = Contradictions.hasHeldOutTasks(configuration)
                    ? tasks.heldOutSample(
                            configuration.get(EvaluationKeys.TASKS), configuration.get(EvaluationKeys.SEED))
                    : List.of();
            return new RunEvaluations(configuration, evaluator, heldOut, recording, resumption, observer);
        }

        private Trainer reinforcement(
                TrainablePolicy policy,
                @Nullable Policy reference,
                Optimizer optimizer,
                RewardVerifier verifier,
                RunRecording recording,
                RunEvaluations evaluations,
                @Nullable CheckpointSaver saver) {
            RptTrainerBuilder builder = RptTrainer.builder()
                    .policy(policy, optimizer)
                    .tasks(tasks.source(configuration.get(SamplingKeys.SEED)))
                    .prompts(reasoning.prompts())
                    .extractor(reasoning.extractor())
                    .verifier(verifier)
                    .settings(configuration.training(stops))
                    .passRates(known)
                    .alarms(configuration.health())
                    .maxAbstainedShare(configuration.get(RewardKeys.MAX_ABSTAINED))
                    .listener(recording)
                    .listener(evaluations)
                    .listener(observer)
                    .checkpoints(checkpoints.regular(saver));
            resumption.trainer().ifPresent(builder::resume);
            @Nullable Validation validation = evaluations.validation(checkpoints.best(saver));
            if (validation != null) {
                builder.validation(validation);
            }
            if (reference != null) {
                builder.reference(reference);
            }
            return builder.build();
        }

        /** Before there is a run directory: a budget that does not pay for the control leaves nothing behind. */
        private @Nullable ControlPlan controlPlan(TrainablePolicy policy, RewardVerifier verifier) {
            if (!TrainingKeys.isBaseline(configuration)) {
                return null;
            }
            return TrainingKeys.samples(configuration)
                    ? ControlPlan.mixed(configuration, budget, policy, tokenizer, reasoning, verifier, tasks, observer)
                    : ControlPlan.nextToken(configuration, budget, policy, tokenizer);
        }

        private Trainer supervised(
                ControlPlan plan,
                TrainablePolicy policy,
                Optimizer optimizer,
                RunRecording recording,
                RunEvaluations evaluations,
                @Nullable CheckpointSaver saver) {
            if (resumption.checkpoint().isEmpty()) {
                recording.spend(plan.searchFlops());
            }
            return new SupervisedTrainer(
                    policy,
                    optimizer,
                    plan.examples(),
                    plan.settings(),
                    List.of(recording, evaluations, observer),
                    checkpoints.regular(saver),
                    evaluations.validation(checkpoints.best(saver)),
                    resumption.trainer().orElse(TrainerState.at(0)),
                    configuration.health());
        }
    }
}
