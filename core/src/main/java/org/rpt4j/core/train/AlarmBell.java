package org.rpt4j.core.train;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.alarm.AlarmNews;
import org.rpt4j.core.alarm.AlarmState;
import org.rpt4j.core.alarm.AlarmWatch;
import org.rpt4j.core.alarm.VitalSigns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the steps of a run to its alarms, each when it has ended, and tells the listeners and the log what they say. */
final class AlarmBell implements TrainingListener {

    private static final Logger LOG = LoggerFactory.getLogger(AlarmBell.class);

    private final AlarmWatch watch;
    private final double gapLimit;
    private final Consumer<TrainingEvent> events;
    private TrainingEvent.@Nullable RolloutsSampled sampled;

    /** @param gapLimit most difference between sampler and trainer, nats */
    AlarmBell(AlarmWatch watch, double gapLimit, Consumer<TrainingEvent> events) {
        this.watch = watch;
        this.gapLimit = gapLimit;
        this.events = events;
    }

    /** What to go on from after the last step that has ended. */
    AlarmState state() {
        return watch.state();
    }

    @Override
    public void rolloutsSampled(TrainingEvent.RolloutsSampled event) {
        sampled = event;
    }

    @Override
    public void stepCompleted(TrainingEvent.StepCompleted event) {
        StepMetrics metrics = event.metrics();
        ended(signs(
                metrics.step(),
                metrics.rollouts(),
                metrics.groups(),
                metrics.update().logProbGap(),
                metrics.update().gradientNorm()));
    }

    @Override
    public void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted event) {
        SupervisedMetrics metrics = event.metrics();
        ended(signs(metrics.step(), null, null, Double.NaN, metrics.gradientNorm()));
    }

    @Override
    public void stepSkipped(TrainingEvent.StepSkipped event) {
        if (sampled != null && sampled.step() == event.step()) {
            ended(signs(event.step(), sampled.rollouts(), sampled.metrics(), Double.NaN, Double.NaN));
        }
    }

    private VitalSigns signs(
            long step, @Nullable RolloutMetrics rollouts, @Nullable GroupMetrics groups, double gap, double norm) {
        return new VitalSigns(
                step,
                rollouts == null ? Double.NaN : rollouts.negativeLogProbMean(),
                rollouts == null ? Double.NaN : rollouts.completionTokensMean(),
                rollouts == null ? Double.NaN : rollouts.boxedShare(),
                groups == null ? Double.NaN : groups.liveShare(),
                gap,
                gapLimit,
                norm);
    }

    private void ended(VitalSigns signs) {
        sampled = null;
        for (AlarmNews news : watch.after(signs)) {
            if (news.raised()) {
                LOG.warn("Step {}: alarm {}. {}", signs.step(), news.alarm(), news.message());
                events.accept(new TrainingEvent.AlarmRaised(signs.step(), news.alarm(), news.message()));
            } else {
                LOG.info("Step {}: alarm {} is over. {}", signs.step(), news.alarm(), news.message());
                events.accept(new TrainingEvent.AlarmCleared(signs.step(), news.alarm()));
            }
        }
    }
}
