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
 * Runs the health checks after every step, and reports warnings to the log and to its listeners. Register it after the
 * other listeners of the trainer, so that they receive a step before they receive a warning about it. Confined to the
 * run thread.
 *
 * @since 0.1.0
 */
public final class HealthMonitor implements TrainingListener {

    private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);

    private final HealthWatch watch;
    private final double gapLimit;
    private final List<HealthListener> listeners;
    private TrainingEvent.@Nullable RolloutsSampled sampled;

    /**
     * @param settings when to warn
     * @param state state to resume from; {@link HealthState#NEW} for a new run
     * @param gapLimit maximum difference between sampler and trainer before the run ends, in nats; NaN if nothing is
     *     sampled
     */
    public HealthMonitor(HealthSettings settings, HealthState state, double gapLimit, List<HealthListener> listeners) {
        this.watch = new HealthWatch(settings, state);
        this.gapLimit = gapLimit;
        this.listeners = List.copyOf(listeners);
    }

    /** Returns the state after the last completed step; every checkpoint must include it. */
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
                rollouts == null ? Double.NaN : rollouts.rewardMean(),
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
