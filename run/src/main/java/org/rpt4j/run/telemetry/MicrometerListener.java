package org.rpt4j.run.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.train.StepMetrics;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.run.health.HealthListener;
import org.rpt4j.run.health.HealthWarning;

/**
 * Turns the events of a run into Micrometer meters below {@code rpt4j.}; needs {@code io.micrometer:micrometer-core} on
 * the class path. Counters and timers add up over the run, gauges show the last step:
 *
 * <ul>
 *   <li>counters {@code rpt4j.steps}, {@code rpt4j.steps.skipped} (tag {@code reason}), {@code rpt4j.rollouts}, {@code
 *       rpt4j.tokens.generated}, {@code rpt4j.tokens.trained}, {@code rpt4j.sampling.starved}, {@code
 *       rpt4j.health.warnings} (tag {@code check})
 *   <li>timer {@code rpt4j.phase} (tag {@code phase}: rollout, reward, update)
 *   <li>gauges {@code rpt4j.reward.mean}, {@code rpt4j.hit.rate}, {@code rpt4j.groups.live}, {@code
 *       rpt4j.gradient.norm}, {@code rpt4j.learning.rate}, {@code rpt4j.logprob.gap}, {@code rpt4j.clipped.share},
 *       {@code rpt4j.sampler.ratio}, {@code rpt4j.sampler.truncated.share}, {@code rpt4j.sampler.kl} (these three if the
 *       objective corrects for its sampler), {@code rpt4j.completion.tokens}, {@code rpt4j.truncated.share}, {@code rpt4j.entropy}, {@code
 *       rpt4j.progress.done}, {@code rpt4j.progress.total} and {@code rpt4j.validation} (tag {@code metric})
 * </ul>
 *
 * @since 0.1.0
 */
public final class MicrometerListener implements TrainingListener, HealthListener {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<String, AtomicReference<Double>> gauges = new ConcurrentHashMap<>();

    /**
     * @param registry where the meters are kept; stays the caller's
     * @param tags added to every meter, to tell runs apart; none if empty
     */
    public MicrometerListener(MeterRegistry registry, Iterable<Tag> tags) {
        this.registry = registry;
        this.tags = Tags.of(tags);
    }

    @Override
    public void stepCompleted(TrainingEvent.StepCompleted event) {
        record(event.metrics());
        record(event.progress());
    }

    @Override
    public void stepSkipped(TrainingEvent.StepSkipped event) {
        registry.counter(
                        "rpt4j.steps.skipped", tags.and("reason", event.reason().name()))
                .increment();
        record(event.progress());
    }

    @Override
    public void rolloutsSampled(TrainingEvent.RolloutsSampled event) {
        count("rpt4j.rollouts", event.rollouts().rollouts());
        count("rpt4j.tokens.generated", event.rollouts().tokensGenerated());
    }

    @Override
    public void samplingStarved(TrainingEvent.SamplingStarved event) {
        count("rpt4j.sampling.starved", 1);
    }

    @Override
    public void warningRaised(HealthWarning.Raised event) {
        registry.counter(
                        "rpt4j.health.warnings", tags.and("check", event.check().name()))
                .increment();
    }

    @Override
    public void validated(TrainingEvent.Validated event) {
        gauge("rpt4j.validation", tags.and("metric", event.metric()), event.value());
    }

    private void record(StepMetrics metrics) {
        count("rpt4j.steps", 1);
        count("rpt4j.tokens.trained", metrics.update().tokensTrained());
        record(metrics.seconds());
        gauge("rpt4j.reward.mean", metrics.rollouts().rewardMean());
        gauge("rpt4j.hit.rate", metrics.rollouts().hitRate());
        gauge("rpt4j.completion.tokens", metrics.rollouts().completionTokensMean());
        gauge("rpt4j.truncated.share", metrics.rollouts().truncatedShare());
        gauge("rpt4j.entropy", metrics.rollouts().negativeLogProbMean());
        gauge("rpt4j.groups.live", metrics.groups().liveShare());
        gauge("rpt4j.gradient.norm", metrics.update().gradientNorm());
        gauge("rpt4j.learning.rate", metrics.update().learningRate());
        gauge("rpt4j.logprob.gap", metrics.update().logProbGap());
        gauge("rpt4j.clipped.share", metrics.update().clippedShare());
        metrics.update().sampler().ifPresent(sampler -> {
            gauge("rpt4j.sampler.ratio", sampler.meanRatio());
            gauge("rpt4j.sampler.truncated.share", sampler.truncatedShare());
            gauge("rpt4j.sampler.kl", sampler.divergence());
        });
    }

    private void record(StepMetrics.PhaseSeconds seconds) {
        time(Phase.ROLLOUT, seconds.rollout());
        time(Phase.REWARD, seconds.reward());
        time(Phase.UPDATE, seconds.update());
    }

    private void record(Progress progress) {
        gauge("rpt4j.progress.done", progress.done());
        gauge("rpt4j.progress.total", progress.total());
    }

    private void time(Phase phase, double seconds) {
        registry.timer("rpt4j.phase", tags.and("phase", phase.key()))
                .record(Math.round(seconds * 1e9), TimeUnit.NANOSECONDS);
    }

    private void count(String name, double amount) {
        registry.counter(name, tags).increment(amount);
    }

    private void gauge(String name, double value) {
        gauge(name, tags, value);
    }

    /** A registry holds gauges weakly, so the values live here. */
    private void gauge(String name, Tags own, double value) {
        gauges.computeIfAbsent(name + own, key -> {
                    AtomicReference<Double> holder = new AtomicReference<>(value);
                    registry.gauge(name, own, holder, AtomicReference::get);
                    return holder;
                })
                .set(value);
    }
}
