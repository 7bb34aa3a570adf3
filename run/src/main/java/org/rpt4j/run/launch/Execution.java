package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.Evaluator;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.reward.DeadlineVerifier;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.Trainer;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.Contradictions;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.RunEnd;
import org.rpt4j.run.health.HealthMonitor;
import org.rpt4j.run.resume.CheckpointSaver;
import org.rpt4j.run.resume.SavedCheckpoint;
import org.rpt4j.run.supervised.SupervisedPlan;

/** A run from its opened models to its report: evaluates, trains, saves, evaluates again. */
final class Execution {

    private final Launch launch;
    private final RunConfiguration configuration;
    private final Models models;
    private final PreparedTasks tasks;
    private final SavePlan checkpoints;

    Execution(Launch launch, Models models, PreparedTasks tasks) {
        this.launch = launch;
        this.configuration = launch.configuration();
        this.models = models;
        this.tasks = tasks;
        this.checkpoints = new SavePlan(configuration);
    }

    RunResult run() {
        @Nullable SupervisedPlan resumed = launch.hasCheckpoint() ? resumedPlan() : null;
        ModelSource weights = launch.resumption().checkpoint().map(this::saved).orElse(models.start());
        try (TrainablePolicy policy = models.backend().openTrainablePolicy(weights);
                Optimizer optimizer = policy.openOptimizer(configuration.optimizer());
                Reference reference = Reference.open(
                        models, policy, optimizer, launch.resumption().nextStep());
                DeadlineVerifier verifier = models.openVerifier(policy)) {
            launch.resumption()
                    .checkpoint()
                    .map(SavedCheckpoint::optimizerState)
                    .or(() -> configuration.find(ModelKeys.OPTIMIZER_STATE))
                    .ifPresent(optimizer::restoreState);
            // before there is a run directory: a budget that does not pay for the baseline leaves nothing behind
            @Nullable SupervisedPlan plan = launch.hasCheckpoint() ? resumed : plan(policy, verifier);
            Recording recording = Recording.open(launch, tasks, policy, models.tokenizer());
            recording.countWorkers(models.backend());
            return trainAndReport(new Learner(policy, reference, optimizer, verifier), plan, recording);
        }
    }

    /** The weights of a checkpoint, whose config.json is a copy of the start's, or its adapter over the start's. */
    private ModelSource saved(SavedCheckpoint checkpoint) {
        return models.start().adapter().isPresent()
                ? models.start().withAdapter(checkpoint.model())
                : ModelSource.directory(checkpoint.model()).accepting(configuration.get(ModelKeys.ACCEPT_CONFIG));
    }

    /** The plan of supervised training that resumes. It follows from the weights that the run began with. */
    private @Nullable SupervisedPlan resumedPlan() {
        if (TrainingKeys.isReinforced(configuration)) {
            return null;
        }
        try (TrainablePolicy policy = models.backend().openTrainablePolicy(models.start());
                DeadlineVerifier verifier = models.openVerifier(policy)) {
            return plan(policy, verifier);
        }
    }

    private @Nullable SupervisedPlan plan(TrainablePolicy policy, RewardVerifier verifier) {
        if (TrainingKeys.isReinforced(configuration)) {
            return null;
        }
        if (TrainingKeys.isColdStart(configuration)) {
            return new ColdStartPlanner(launch, models, policy, verifier).plan(tasks);
        }
        BaselinePlanner planner = new BaselinePlanner(launch, models, policy);
        return TrainingKeys.samples(configuration) ? planner.mixed(tasks, verifier) : planner.nextToken();
    }

    private RunResult trainAndReport(Learner learner, @Nullable SupervisedPlan plan, Recording recording) {
        boolean interrupted = false;
        try {
            TrainingResult result;
            Optional<RewardException> failure;
            List<EvaluationReport> reports;
            HealthMonitor health = health(recording);
            try (recording;
                    CheckpointSaver saver = checkpoints.saver(
                            learner.policy(), learner.optimizer(), recording, health, launch.resumption())) {
                EvaluationSchedule evaluations = evaluations(learner, recording);
                beforeUnlessStopped(learner.policy(), evaluations);
                BoxWatch boxes = new BoxWatch(configuration, recording.steps());
                Trainer trainer = trainer(
                        learner,
                        plan,
                        recording,
                        List.of(recording, evaluations, launch.observer(), health, boxes),
                        evaluations,
                        saver);
                launch.observer().training(trainer);
                result = trainer.run();
                interrupted = Thread.interrupted(); // an interrupted thread could not write what comes now
                failure = boxes.failure(result);
                if (failure.isPresent()) {
                    recording.ended(
                            RunEnd.Outcome.FAILED, String.valueOf(failure.get().getMessage()));
                } else {
                    saveAndEvaluate(learner, trainer, result, evaluations, recording);
                }
                reports = evaluations.reports();
            }
            Optional<Path> report = recording.report();
            if (failure.isPresent()) {
                throw failure.get();
            }
            return new RunResult(result, reports, checkpoints.directory(), report);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void saveAndEvaluate(
            Learner learner,
            Trainer trainer,
            TrainingResult result,
            EvaluationSchedule evaluations,
            Recording recording) {
        checkpoints.export(learner.policy(), learner.optimizer());
        if (trainer instanceof RptTrainer reinforced) {
            recording.keep(reinforced.passRates());
        }
        if (result.outcome() != TrainingResult.Outcome.CANCELLED) {
            after(evaluations, result.updates(), recording);
        }
    }

    /** A run that is stopped here still comes to its trainer, which saves the state of the first step and ends. */
    private void beforeUnlessStopped(TrainablePolicy policy, EvaluationSchedule evaluations) {
        try {
            probe(policy);
            evaluations.before();
        } catch (OperationCancelledException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void probe(TrainablePolicy policy) {
        int prompts = Math.min(
                configuration.get(TrainingKeys.PROBE_PROMPTS), tasks.train().size());
        boolean boxes = !models.reasoning().isThoughtAlone();
        if (TrainingKeys.isReinforced(configuration) && boxes && !launch.hasCheckpoint() && prompts > 0) {
            List<PredictionTask> asked =
                    tasks.source(configuration.get(SamplingKeys.SEED)).batch(0, prompts);
            launch.observer().noted(new BoxProbe(configuration, models.reasoning()).ask(policy, asked));
        }
    }

    /** The last checkpoint has no step left: a run that is stopped here resumes with this evaluation. */
    private static void after(EvaluationSchedule evaluations, long updates, Recording recording) {
        try {
            evaluations.after(updates);
        } catch (OperationCancelledException e) {
            recording.ended(
                    RunEnd.Outcome.CANCELLED,
                    "All steps were done. The evaluation after them was stopped: " + e.getMessage());
            throw e;
        }
    }

    private Trainer trainer(
            Learner learner,
            @Nullable SupervisedPlan plan,
            Recording recording,
            List<TrainingListener> listeners,
            EvaluationSchedule evaluations,
            @Nullable CheckpointSaver saver) {
        TrainerFactory factory = new TrainerFactory(
                launch,
                models,
                new TrainerFactory.Attached(
                        listeners, checkpoints.regular(saver), evaluations.validation(checkpoints.best(saver))));
        if (plan == null) {
            return factory.reinforcement(learner, tasks);
        }
        if (!launch.hasCheckpoint()) {
            recording.spend(plan.searchFlops());
        }
        return factory.supervised(learner, plan);
    }

    /** Hears of a step after the recording and the observer, and sends them its warnings. */
    private HealthMonitor health(Recording recording) {
        double gapLimit = TrainingKeys.isReinforced(configuration)
                ? configuration.training(models.stops()).logProbGapLimit()
                : Double.NaN;
        return new HealthMonitor(
                configuration.health(), launch.resumption().health(), gapLimit, List.of(recording, launch.observer()));
    }

    private EvaluationSchedule evaluations(Learner learner, Recording recording) {
        Evaluator evaluator = models.evaluator(learner.policy(), learner.verifier());
        List<PredictionTask> heldOut = Contradictions.hasHeldOutTasks(configuration)
                ? tasks.heldOutSample(configuration.get(EvaluationKeys.TASKS), configuration.get(EvaluationKeys.SEED))
                : List.of();
        return new EvaluationSchedule(launch, evaluator, heldOut, recording);
    }
}
