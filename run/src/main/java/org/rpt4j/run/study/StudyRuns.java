package org.rpt4j.run.study;

import java.nio.file.Path;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.train.Trainer;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.run.health.HealthWarning;
import org.rpt4j.run.launch.RunObserver;

/** Tells the budget and the observer of a study about a run. */
final class StudyRuns implements RunObserver {

    private final RunObserver observer;
    private final BudgetWatch budget;

    StudyRuns(RunObserver observer, BudgetWatch budget) {
        this.observer = observer;
        this.budget = budget;
    }

    @Override
    public void onEvent(TrainingEvent event) {
        observer.onEvent(event);
        budget.onEvent(event);
    }

    @Override
    public void warningRaised(HealthWarning.Raised event) {
        observer.warningRaised(event);
    }

    @Override
    public void warningCleared(HealthWarning.Cleared event) {
        observer.warningCleared(event);
    }

    @Override
    public void resuming(long nextStep) {
        observer.resuming(nextStep);
        budget.resuming(nextStep);
    }

    @Override
    public void noted(String note) {
        observer.noted(note);
    }

    @Override
    public void scoring(Progress progress) {
        observer.scoring(progress);
    }

    @Override
    public void scoringContinues(Path record) {
        observer.scoringContinues(record);
    }

    @Override
    public void searching(Progress progress) {
        observer.searching(progress);
    }

    @Override
    public void prepared(PreparedTasks tasks) {
        observer.prepared(tasks);
    }

    @Override
    public void evaluating(String label, Progress progress) {
        observer.evaluating(label, progress);
    }

    @Override
    public void evaluated(EvaluationReport report) {
        observer.evaluated(report);
    }

    @Override
    public void training(Trainer trainer) {
        observer.training(trainer);
        budget.training(trainer);
    }
}
