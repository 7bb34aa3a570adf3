package org.rpt4j.cli;

import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.rpt4j.core.train.StepMetrics;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.run.health.HealthCheck;
import org.rpt4j.run.health.HealthListener;
import org.rpt4j.run.health.HealthWarning;

/** The steps of a training run as a bar with the numbers to watch. */
public final class TrainingDisplay implements TrainingListener, HealthListener, AutoCloseable {

    private final ProgressDisplay bar;
    private final Set<HealthCheck> warnings = EnumSet.noneOf(HealthCheck.class);

    public TrainingDisplay(PrintWriter err) {
        bar = new ProgressDisplay("training", " steps", err);
    }

    @Override
    public void stepCompleted(TrainingEvent.StepCompleted event) {
        bar.note(describe(event.metrics()));
        bar.accept(event.progress());
    }

    @Override
    public void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted event) {
        bar.note(String.format(Locale.ROOT, "loss %.3f nats", event.metrics().loss()));
        bar.accept(event.progress());
    }

    @Override
    public void stepSkipped(TrainingEvent.StepSkipped event) {
        bar.note("skipped: " + event.reason());
        bar.accept(event.progress());
    }

    @Override
    public void warningRaised(HealthWarning.Raised event) {
        warnings.add(event.check());
    }

    @Override
    public void warningCleared(HealthWarning.Cleared event) {
        warnings.remove(event.check());
    }

    @Override
    public void samplingStarved(TrainingEvent.SamplingStarved event) {
        bar.note("only " + event.metrics().found() + " of " + event.metrics().wanted() + " groups can teach");
    }

    private String describe(StepMetrics metrics) {
        String values = String.format(
                Locale.ROOT,
                "reward %.3f live %.0f%% norm %.2f",
                metrics.rollouts().rewardMean(),
                100 * metrics.groups().liveShare(),
                metrics.update().gradientNorm());
        return warnings.isEmpty() ? values : values + " warnings " + warnings;
    }

    @Override
    public void close() {
        bar.close();
    }
}
