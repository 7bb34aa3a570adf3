package org.rpt4j.core.config.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
import org.rpt4j.core.config.RunConfiguration;
import org.rpt4j.core.config.section.BackendKeys;
import org.rpt4j.core.config.section.Contradictions;
import org.rpt4j.core.config.section.DynamicSamplingKeys;
import org.rpt4j.core.config.section.EvaluationKeys;
import org.rpt4j.core.config.section.ModelKeys;
import org.rpt4j.core.config.section.RewardKeys;
import org.rpt4j.core.config.section.RunKeys;
import org.rpt4j.core.config.section.SamplingKeys;
import org.rpt4j.core.config.section.ValidationKeys;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.Evaluator;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.reward.DeadlineVerifier;
import org.rpt4j.core.reward.RewardFactory;
import org.rpt4j.core.reward.Rewards;
import org.rpt4j.core.run.RunDirectory;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.CheckpointAction;
import org.rpt4j.core.train.Checkpoints;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.RptTrainerBuilder;
import org.rpt4j.core.train.RunOutcome;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.core.train.Validation;
import org.rpt4j.spi.Backends;

/**
 * A run as its configuration says: finds the hard tokens, holds documents out, evaluates, trains, saves, evaluates
 * again and reports. Runs on the thread that calls {@link #run()}; interrupting it ends the run with a checkpoint.
 */
public final class ConfiguredRun {

    private static final String BEST = "-best";
    private static final String OPTIMIZER = ".optimizer";

    private final RunConfiguration configuration;
    private final RunObserver observer;

    public ConfiguredRun(RunConfiguration configuration, RunObserver observer) {
        this.configuration = configuration;
        this.observer = observer;
    }

    /**
     * Runs.
     *
     * @throws CheckpointException if a directory to write to is not free
     * @throws org.rpt4j.api.error.RptException if a part of the run fails
     */
    public RunResult run() {
        configuration.find(RunKeys.DIRECTORY).ifPresent(RunDirectory::requireFree);
        RunKeys.checkpoint(configuration).ifPresent(this::requireCheckpointFree);
        configuration.find(ModelKeys.OPTIMIZER_STATE).ifPresent(ConfiguredRun::requireState);
        PassRates known = DynamicSamplingKeys.passRates(configuration);
        TaskPreparation preparation = new TaskPreparation(configuration, observer);
        RewardFactory rewards = Rewards.named(configuration.get(RewardKeys.NAME));
        ModelSource model = ModelSource.directory(configuration.get(ModelKeys.DIRECTORY));
        try (Tokenizer tokenizer = Tokenizer.open(model.directory())) {
            Reasoning reasoning = Reasoning.of(
                            model, tokenizer, configuration.instruction(), configuration.get(SamplingKeys.MAX_TOKENS))
                    .withBoxRule(configuration.get(RewardKeys.BOX));
            try (Backend backend = Backends.open(configuration.get(BackendKeys.NAME), configuration.backend())) {
                PreparedTasks tasks = preparation.prepare(tokenizer, backend, reasoning.maxContextTokens());
                return new Opened(tokenizer, reasoning, rewards, backend, tasks, known).run(model);
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
        private final SamplingOptions stops;

        Opened(
                Tokenizer tokenizer,
                Reasoning reasoning,
                RewardFactory rewards,
                Backend backend,
                PreparedTasks tasks,
                PassRates known) {
            this.tokenizer = tokenizer;
            this.reasoning = reasoning;
            this.rewards = rewards;
            this.backend = backend;
            this.tasks = tasks;
            this.known = known;
            this.stops = reasoning.sampling(1, 0);
        }

        RunResult run(ModelSource model) {
            try (TrainablePolicy policy = backend.openTrainablePolicy(model);
                    Policy reference = reference();
                    Optimizer optimizer = policy.openOptimizer(configuration.optimizer());
                    DeadlineVerifier verifier = verifier(policy)) {
                configuration.find(ModelKeys.OPTIMIZER_STATE).ifPresent(optimizer::restoreState);
                RunRecording recording = RunRecording.open(configuration, tasks, policy, tokenizer);
                return trainAndReport(policy, reference, optimizer, verifier, recording);
            }
        }

        private RunResult trainAndReport(
                TrainablePolicy policy,
                @Nullable Policy reference,
                Optimizer optimizer,
                RewardVerifier verifier,
                RunRecording recording) {
            boolean interrupted = false;
            try {
                TrainingResult result;
                List<EvaluationReport> reports;
                try (recording) {
                    RunEvaluations evaluations = evaluations(policy, verifier, recording);
                    evaluations.before();
                    RptTrainer trainer = trainer(policy, reference, optimizer, verifier, recording, evaluations);
                    observer.training(trainer);
                    result = trainer.run();
                    interrupted = Thread.interrupted(); // an interrupted thread could not write what comes now
                    recording.keep(trainer.passRates());
                    if (result.outcome() != RunOutcome.CANCELLED) {
                        evaluations.after();
                    }
                    reports = evaluations.reports();
                }
                return new RunResult(result, reports, RunKeys.checkpoint(configuration), recording.report());
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private @Nullable Policy reference() {
            return configuration.training(stops).objective().loss().klWeight() > 0
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
            return new RunEvaluations(configuration, evaluator, heldOut, policy, recording, observer);
        }

        private RptTrainer trainer(
                TrainablePolicy policy,
                @Nullable Policy reference,
                Optimizer optimizer,
                RewardVerifier verifier,
                RunRecording recording,
                RunEvaluations evaluations) {
            RptTrainerBuilder builder = RptTrainer.builder()
                    .policy(policy, optimizer)
                    .tasks(tasks.source(configuration.get(SamplingKeys.SEED)))
                    .prompts(reasoning.prompts())
                    .extractor(reasoning.extractor())
                    .verifier(verifier)
                    .settings(configuration.training(stops))
                    .passRates(known)
                    .listener(recording)
                    .listener(evaluations)
                    .listener(observer);
            Optional<Path> checkpoint = RunKeys.checkpoint(configuration);
            checkpoint.ifPresent(directory -> builder.checkpoints(new Checkpoints(
                    configuration.get(RunKeys.SAVE_EVERY), saving(policy, optimizer, directory))));
            @Nullable Validation validation = evaluations.validation(checkpoint
                    .map(directory -> saving(policy, optimizer, beside(directory, BEST)))
                    .orElse(CheckpointAction.NONE));
            if (validation != null) {
                builder.validation(validation);
            }
            if (reference != null) {
                builder.reference(reference);
            }
            return builder.build();
        }
    }

    private CheckpointAction saving(TrainablePolicy policy, Optimizer optimizer, Path directory) {
        return nextStep -> {
            policy.save(directory);
            if (configuration.get(RunKeys.SAVE_OPTIMIZER)) {
                optimizer.saveState(beside(directory, OPTIMIZER));
            }
        };
    }

    private static Path beside(Path directory, String ending) {
        Path absolute = directory.toAbsolutePath().normalize();
        return absolute.resolveSibling(absolute.getFileName() + ending);
    }

    /** Tells before hours of scoring what would be told after them. */
    private static void requireState(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException("There is no state of an optimizer at " + file + ". Correct "
                    + ModelKeys.OPTIMIZER_STATE + ", or leave it out to begin anew.");
        }
    }

    private void requireCheckpointFree(Path directory) {
        requireFree(directory);
        if (configuration.get(ValidationKeys.KEEP_BEST)) {
            requireFree(beside(directory, BEST));
        }
        if (configuration.get(RunKeys.SAVE_OPTIMIZER) && Files.exists(beside(directory, OPTIMIZER))) {
            throw new CheckpointException("The state of the optimizer cannot go to " + beside(directory, OPTIMIZER)
                    + ": there is one already. Name another " + RunKeys.SAVE + ", or turn " + RunKeys.SAVE_OPTIMIZER
                    + " off.");
        }
    }

    /** A checkpoint replaces its directory with all that is in it, so only an empty one will do. */
    private static void requireFree(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            if (files.findAny().isPresent()) {
                throw new CheckpointException("The trained checkpoint cannot go to " + directory
                        + ": it is not empty and will not be replaced. Name another directory.");
            }
        } catch (IOException e) {
            throw new CheckpointException("The trained checkpoint cannot go to " + directory
                    + ": it is no directory that can be read. Name another one.", e);
        }
    }
}
