package org.rpt4j.run.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.train.GroupMetrics;
import org.rpt4j.core.train.RolloutMetrics;
import org.rpt4j.core.train.SkipReason;
import org.rpt4j.core.train.StepMetrics;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.UpdateMetrics;
import org.rpt4j.run.health.HealthCheck;
import org.rpt4j.run.health.HealthWarning;

class MicrometerListenerTest {

    private static final RolloutMetrics ROLLOUTS =
            new RolloutMetrics(32, 0, 0.25, 0.25, Map.of(), 1, 40, 0.1, 1.5, 1280);
    private static final GroupMetrics GROUPS = new GroupMetrics(4, 1, 0, 3, 0, 0.6);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerListener listener = new MicrometerListener(registry, Tags.of("run", "a"));

    @Test
    void countersAddUpAndGaugesShowTheLastStep() {
        step(0, 0.25);
        step(1, 0.5);
        assertThat(registry.get("rpt4j.steps").tag("run", "a").counter().count())
                .isEqualTo(2);
        assertThat(registry.get("rpt4j.rollouts").counter().count()).isEqualTo(64);
        assertThat(registry.get("rpt4j.tokens.generated").counter().count()).isEqualTo(2560);
        assertThat(registry.get("rpt4j.tokens.trained").counter().count()).isEqualTo(1800);
        assertThat(registry.get("rpt4j.gradient.norm").gauge().value()).isEqualTo(0.5);
        assertThat(registry.get("rpt4j.groups.live").gauge().value()).isEqualTo(0.75);
        assertThat(registry.get("rpt4j.progress.done").gauge().value()).isEqualTo(2);
        assertThat(registry.get("rpt4j.phase").tag("phase", "rollout").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(6);
    }

    @Test
    void skipsWarningsAndValidationsAreCounted() {
        Progress progress = new Progress(1, 5, Duration.ofSeconds(1));
        listener.onEvent(new TrainingEvent.StepSkipped(0, SkipReason.NO_LIVE_GROUPS, progress));
        listener.onEvent(
                new TrainingEvent.SamplingStarved(0, new RolloutMetrics.RefillMetrics(8, 1, 16, 2, 0, 0, 0, 1)));
        listener.warningRaised(new HealthWarning.Raised(0, HealthCheck.GRADIENT_SPIKE, "high"));
        listener.onEvent(new TrainingEvent.Validated(0, "accuracy", 0.4, 0, 0.4));
        listener.onEvent(new TrainingEvent.Validated(5, "accuracy", 0.3, 0, 0.4));
        assertThat(registry.get("rpt4j.steps.skipped")
                        .tag("reason", "NO_LIVE_GROUPS")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("rpt4j.sampling.starved").counter().count()).isEqualTo(1);
        assertThat(registry.get("rpt4j.health.warnings")
                        .tag("check", "GRADIENT_SPIKE")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("rpt4j.validation")
                        .tag("metric", "accuracy")
                        .gauge()
                        .value())
                .isEqualTo(0.3);
    }

    private void step(long step, double norm) {
        listener.onEvent(new TrainingEvent.RolloutsSampled(step, List.of(), ROLLOUTS, GROUPS));
        StepMetrics metrics = new StepMetrics(
                step,
                ROLLOUTS,
                GROUPS,
                new UpdateMetrics(0, norm, 1e-6, 0, 0, 1, 900, 1, 2000, Optional.empty()),
                new StepMetrics.PhaseSeconds(3, 1, 2));
        listener.onEvent(new TrainingEvent.StepCompleted(metrics, new Progress(step + 1, 5, Duration.ofSeconds(6))));
    }
}
