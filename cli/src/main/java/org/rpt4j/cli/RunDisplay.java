package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.train.Trainer;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.run.health.HealthWarning;
import org.rpt4j.run.launch.RunObserver;

/** A run as bars, one after the other. */
final class RunDisplay implements RunObserver, AutoCloseable {

    private final PrintWriter err;
    private @Nullable ProgressDisplay bar;
    private @Nullable TrainingDisplay training;
    private String task = "";

    RunDisplay(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void noted(String note) {
        closeBar();
        err.println("note: " + note);
    }

    @Override
    public void scoring(Progress progress) {
        show("scoring", " tokens", progress);
    }

    @Override
    public void resuming(long nextStep) {
        err.println(nextStep == 0 ? "Starting at step 0." : "Resuming at step " + nextStep + ".");
        err.flush();
    }

    @Override
    public void scoringContinues(Path record) {
        err.println("Continuing from " + record + ".");
        err.flush();
    }

    @Override
    public void evaluating(String label, Progress progress) {
        show("evaluating " + label, " tasks", progress);
    }

    @Override
    public void searching(Progress progress) {
        show("searching thoughts", " steps", progress);
    }

    @Override
    public void prepared(PreparedTasks tasks) {
        closeBar();
        if (tasks == PreparedTasks.NONE) {
            return;
        }
        err.println(tasks.corpus());
        if (tasks.statistics().documents() > 0) {
            err.println(tasks.statistics());
        }
        err.println(
                tasks.train().size() + " tasks to train on, " + tasks.heldOut().size() + " held out");
    }

    @Override
    public void training(Trainer trainer) {
        closeBar();
        training = new TrainingDisplay(err);
    }

    @Override
    public void onEvent(TrainingEvent event) {
        closeBar();
        if (training != null) {
            training.onEvent(event);
        }
        event.deliverTo(this);
    }

    @Override
    public void warningRaised(HealthWarning.Raised event) {
        if (training != null) {
            training.warningRaised(event);
        }
    }

    @Override
    public void warningCleared(HealthWarning.Cleared event) {
        if (training != null) {
            training.warningCleared(event);
        }
    }

    @Override
    public void runCompleted(TrainingEvent.RunCompleted event) {
        close();
    }

    @Override
    public void runFailed(TrainingEvent.RunFailed event) {
        close();
    }

    private void show(String newTask, String unit, Progress progress) {
        if (bar == null || !task.equals(newTask)) {
            closeBar();
            bar = new ProgressDisplay(newTask, unit, err);
            task = newTask;
        }
        bar.accept(progress);
        if (progress.done() >= progress.total()) {
            closeBar();
        }
    }

    private void closeBar() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public void close() {
        closeBar();
        if (training != null) {
            training.close();
            training = null;
        }
    }
}
