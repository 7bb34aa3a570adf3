package org.rpt4j.run.launch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.Evaluator;
import org.rpt4j.core.train.CheckpointAction;
import org.rpt4j.core.train.TrainerState;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.core.train.Validation;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ValidationKeys;
import org.rpt4j.run.directory.EvaluationRecord;

/** The evaluations of a run: before, during and after training, on the same tasks. */
final class RunEvaluations implements TrainingListener {

    private static final String AFTER = "after";

    private final RunConfiguration configuration;
    private final Evaluator evaluator;
    private final List<PredictionTask> tasks;
    private final RunRecording recording;
    private final RunObserver observer;
    private final List<EvaluationReport> reports = new ArrayList<>();
    private final long updatesBefore;
    private long stepsDone;
    private long stepsAtLastEvaluation = -1;
    private long lastStep;

    RunEvaluations(
            RunConfiguration configuration,
            Evaluator evaluator,
            List<PredictionTask> tasks,
            RunRecording recording,
            Resumption resumption,
            RunObserver observer) {
        this.configuration = configuration;
        this.evaluator = evaluator;
        this.tasks = tasks;
        this.recording = recording;
        this.observer = observer;
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

    /** Measures the trained weights, unless the last evaluation during training has. */
    void after() {
        if (!tasks.isEmpty() && !lastSawTheseWeights()) {
            evaluate(AFTER);
        }
    }

    private boolean lastSawTheseWeights() {
        return reports.size() > 1 && stepsAtLastEvaluation == stepsDone;
    }

    /** What is measured between steps; null for nothing. */
    @Nullable
    Validation validation(CheckpointAction best) {
        if (!ValidationKeys.evaluates(configuration) || tasks.isEmpty()) {
            return null;
        }
        return Validation.builder(
                        ValidationKeys.metricName(configuration),
                        Validation.Direction.MAXIMISE,
                        configuration.get(EvaluationKeys.EVERY_STEPS),
                        () -> ValidationKeys.measure(configuration, evaluate(label())))
                .patience(configuration.get(ValidationKeys.PATIENCE))
                .best(configuration.get(ValidationKeys.KEEP_BEST) ? best : CheckpointAction.NONE)
                .build();
    }

    @Override
    public void on(TrainingEvent event) {
        if (event instanceof TrainingEvent.RunStarted started) {
            lastStep = started.steps();
        } else if (event instanceof TrainingEvent.StepCompleted completed) {
            stepsDone = completed.metrics().step() + 1;
        } else if (event instanceof TrainingEvent.SupervisedStepCompleted completed) {
            stepsDone = completed.metrics().step() + 1;
        } else if (event instanceof TrainingEvent.StepSkipped skipped) {
            stepsDone = skipped.step() + 1;
        }
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
