package org.rpt4j.cli;

import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.rpt4j.core.alarm.Alarm;
import org.rpt4j.core.train.StepMetrics;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;

/** The steps of a training run as a bar with the numbers to watch. */
public final class TrainingDisplay implements TrainingListener, AutoCloseable {

    private final ProgressDisplay bar;
    private final Set<Alarm> alarms = EnumSet.noneOf(Alarm.class);

    public TrainingDisplay(PrintWriter err) {
        bar = new ProgressDisplay("training", " steps", err);
    }

    @Override
    public void on(TrainingEvent event) {
        if (event instanceof TrainingEvent.StepCompleted completed) {
            bar.note(describe(completed.metrics()));
            bar.accept(completed.progress());
        } else if (event instanceof TrainingEvent.SupervisedStepCompleted completed) {
            bar.note(String.format(
                    Locale.ROOT, "loss %.3f nats", completed.metrics().loss()));
            bar.accept(completed.progress());
        } else if (event instanceof TrainingEvent.StepSkipped skipped) {
            bar.note("skipped: " + skipped.reason());
            bar.accept(skipped.progress());
        } else if (event instanceof TrainingEvent.AlarmRaised raised) {
            alarms.add(raised.alarm());
        } else if (event instanceof TrainingEvent.AlarmCleared cleared) {
            alarms.remove(cleared.alarm());
        } else if (event instanceof TrainingEvent.SamplingStarved starved) {
            bar.note("only " + starved.metrics().found() + " of "
                    + starved.metrics().wanted() + " groups can teach");
        }
    }

    private String describe(StepMetrics metrics) {
        String values = String.format(
                Locale.ROOT,
                "reward %.3f live %.0f%% norm %.2f",
                metrics.rollouts().rewardMean(),
                100 * metrics.groups().liveShare(),
                metrics.update().gradientNorm());
        return alarms.isEmpty() ? values : values + " alarms " + alarms;
    }

    @Override
    public void close() {
        bar.close();
    }
}
