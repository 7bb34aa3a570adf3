package org.rpt4j.run.health;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.train.GroupMetrics;
import org.rpt4j.core.train.RolloutMetrics;
import org.rpt4j.core.train.StepMetrics;
import org.rpt4j.core.train.SupervisedMetrics;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks every step of a run when it has ended, and tells the log and its listeners what goes wrong. Add it behind the
 * other listeners of the trainer, so that they hear of a step before they hear a warning about it. Used by one thread,
 * that of the run.
 */
public final class HealthMonitor implements TrainingListener {

    private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);

    private final HealthWatch watch;
    private final double gapLimit;
    private final List<HealthListener> listeners;
    private TrainingEvent.@Nullable RolloutsSampled sampled;

    /**
     * @param settings when to warn
     * @param state what to go on from; {@link HealthState#NEW} for a new run
     * @param gapLimit most difference between sampler and trainer, nats, before the run ends; NaN where nothing is
     *     sampled
     */
    public HealthMonitor(HealthSettings settings, HealthState state, double gapLimit, List<HealthListener> listeners) {
        this.watch = new HealthWatch(settings, state);
        this.gapLimit = gapLimit;
        this.listeners = List.copyOf(listeners);
    }

    /** What to go on from after the last step that has ended; belongs into every checkpoint. */
    public HealthState state() {
        return watch.state();
    }

    @Override
    public void rolloutsSampled(TrainingEvent.RolloutsSampled event) {
        sampled = event;
    }

    @Override
    public void stepCompleted(TrainingEvent.StepCompleted event) {
        StepMetrics metrics = event.metrics();
        ended(values(
                metrics.step(),
                metrics.rollouts(),
                metrics.groups(),
                metrics.update().logProbGap(),
                metrics.update().gradientNorm()));
    }

    @Override
    public void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted event) {
        SupervisedMetrics metrics = event.metrics();
        ended(values(metrics.step(), null, null, Double.NaN, metrics.gradientNorm()));
    }

    @Override
    public void stepSkipped(TrainingEvent.StepSkipped event) {
        if (sampled != null && sampled.step() == event.step()) {
            ended(values(event.step(), sampled.rollouts(), sampled.metrics(), Double.NaN, Double.NaN));
        }
    }

    private HealthValues values(
            long step, @Nullable RolloutMetrics rollouts, @Nullable GroupMetrics groups, double gap, double norm) {
        return new HealthValues(
                step,
                rollouts == null ? Double.NaN : rollouts.negativeLogProbMean(),
                rollouts == null ? Double.NaN : rollouts.completionTokensMean(),
                rollouts == null ? Double.NaN : rollouts.boxedShare(),
                groups == null ? Double.NaN : groups.liveShare(),
                gap,
                gapLimit,
                norm);
    }

    private void ended(HealthValues values) {
        sampled = null;
        for (HealthChange change : watch.after(values)) {
            if (change.raised()) {
                LOG.warn("Step {}: warning {}. {}", values.step(), change.check(), change.message());
                tell(listener -> listener.warningRaised(
                        new HealthWarning.Raised(values.step(), change.check(), change.message())));
            } else {
                LOG.info("Step {}: warning {} is cleared. {}", values.step(), change.check(), change.message());
                tell(listener -> listener.warningCleared(new HealthWarning.Cleared(values.step(), change.check())));
            }
        }
    }

    private void tell(Consumer<HealthListener> warning) {
        for (HealthListener listener : listeners) {
            try {
                warning.accept(listener);
            } catch (RuntimeException e) {
                LOG.warn("Health listener {} failed", listener.getClass().getName(), e);
            }
        }
    }
}
