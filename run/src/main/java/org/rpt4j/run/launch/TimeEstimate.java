package org.rpt4j.run.launch;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.rpt4j.api.Backend;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.TrainingKeys;

/**
 * How long each phase of a run takes if every prompt and completion has its full length and everything runs at the
 * speed of large matrix products on this machine. Shorter texts make a run shorter; everything else makes it longer.
 *
 * @param phases what there is to compute
 * @param speed floating point operations per second
 */
record TimeEstimate(List<CostEstimate.Phase> phases, double speed) {

    private static final double SECONDS_PER_HOUR = 3600;

    /**
     * Measures the speed of the machine and compares, if the configuration sets a limit.
     *
     * @throws ConfigurationException if the limit is exceeded, or the backend does not measure its speed
     */
    static void require(RunConfiguration configuration, Backend backend) {
        double limit = configuration.get(RunKeys.MAX_HOURS);
        if (limit == 0) {
            return;
        }
        TimeEstimate time = of(configuration, backend)
                .orElseThrow(() -> new ConfigurationException(List.of(RunKeys.MAX_HOURS + " is " + limit
                        + ", but the backend " + backend.name() + " does not measure its speed. Set it to 0.")));
        if (time.hours() > limit) {
            throw new ConfigurationException(List.of(String.format(
                    Locale.ROOT,
                    "The run takes %s, more than %s %s (%s). Lower %s, %s or %s.",
                    hours(time.hours()),
                    RunKeys.MAX_HOURS,
                    limit,
                    time.describe(),
                    TrainingKeys.STEPS,
                    TrainingKeys.PROMPTS_PER_STEP,
                    SamplingKeys.MAX_TOKENS)));
        }
    }

    /** Measures the speed; empty if the backend cannot. */
    static Optional<TimeEstimate> of(RunConfiguration configuration, Backend backend) {
        OptionalDouble speed = backend.measureSpeed();
        return speed.isPresent()
                ? Optional.of(new TimeEstimate(CostEstimate.of(configuration).phases(), speed.getAsDouble()))
                : Optional.empty();
    }

    double hours() {
        return phases.stream().mapToDouble(CostEstimate.Phase::operations).sum() / speed / SECONDS_PER_HOUR;
    }

    String describe() {
        String parts = phases.stream()
                .map(phase -> phase.name() + " " + hours(phase.operations() / speed / SECONDS_PER_HOUR))
                .collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, "%s at %.1f GFLOP/s", parts, speed / 1e9);
    }

    private static String hours(double hours) {
        return String.format(Locale.ROOT, hours < 1 ? "%.3f h" : "%,.1f h", hours);
    }
}
