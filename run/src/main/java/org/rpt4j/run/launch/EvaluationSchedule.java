package org.rpt4j.run.launch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.Evaluator;
import org.rpt4j.core.train.Checkpoints;
import org.rpt4j.core.train.TrainerState;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.core.train.Validation;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ValidationKeys;
import org.rpt4j.run.directory.EvaluationRecord;

/** The evaluations of a run: before, during and after training, on the same tasks. */
final class EvaluationSchedule implements TrainingListener {

    private static final String AFTER = "after";

    private final RunConfiguration configuration;
    private final Evaluator evaluator;
    private final List<PredictionTask> tasks;
    private final Recording recording;
    private final RunObserver observer;
    private final List<EvaluationReport> reports = new ArrayList<>();
    private final long updatesBefore;
    private long stepsDone;
    private long stepsAtLastEvaluation = -1;
    private long lastStep;

    EvaluationSchedule(Launch launch, Evaluator evaluator, List<PredictionTask> tasks, Recording recording) {
        this.configuration = launch.configuration();
        this.evaluator = evaluator;
        this.tasks = tasks;
        this.recording = recording;
        this.observer = launch.observer();
        Resumption resumption = launch.resumption();
        this.updatesBefore = resumption.trainer().map(TrainerState::updates).orElse(0L);
        if (resumption.checkpoint().isPresent()) {
            this.stepsDone = resumption.position().steps();
            for (EvaluationRecord record : recording.evaluations()) {
                reports.add(record.report());
                stepsAtLastEvaluation = record.step();
            }
        }
    }

    List<EvaluationReport> reports() {
        return reports;
    }

    void before() {
        if (!tasks.isEmpty() && reports.isEmpty()) {
            evaluate("before");
        }
    }

    /** Measures the trained weights, unless the last evaluation has: during training, or before it if none followed. */
    void after(long updates) {
        if (!tasks.isEmpty() && updatesBefore + updates > 0 && !lastSawTheseWeights()) {
            evaluate(AFTER);
        }
    }

    private boolean lastSawTheseWeights() {
        return reports.size() > 1 && stepsAtLastEvaluation == stepsDone;
    }

    /** What is measured between steps; null for nothing. */
    @Nullable
    Validation validation(Checkpoints.Action best) {
        if (!ValidationKeys.evaluates(configuration) || tasks.isEmpty()) {
            return null;
        }
        return Validation.builder(
                        ValidationKeys.metricName(configuration),
                        Validation.Direction.MAXIMISE,
                        configuration.get(EvaluationKeys.EVERY_STEPS),
                        () -> ValidationKeys.measure(configuration, evaluate(label())))
                .patience(configuration.get(ValidationKeys.PATIENCE))
                .best(configuration.get(ValidationKeys.KEEP_BEST) ? best : Checkpoints.Action.NONE)
                .build();
    }

    @Override
    public void runStarted(TrainingEvent.RunStarted event) {
        lastStep = event.steps();
    }

    @Override
    public void stepCompleted(TrainingEvent.StepCompleted event) {
        stepsDone = event.metrics().step() + 1;
    }

    @Override
    public void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted event) {
        stepsDone = event.metrics().step() + 1;
    }

    @Override
    public void stepSkipped(TrainingEvent.StepSkipped event) {
        stepsDone = event.step() + 1;
    }

    private String label() {
        return stepsDone == lastStep ? AFTER : "step " + stepsDone;
    }

    private EvaluationReport evaluate(String label) {
        Evaluation evaluation = evaluator
                .run(label, tasks, progress -> observer.evaluating(label, progress))
                .withUpdatesBefore(updatesBefore);
        stepsAtLastEvaluation = stepsDone;
        recording.record(evaluation);
        reports.add(evaluation.report());
        observer.evaluated(evaluation.report());
        return evaluation.report();
    }
}
