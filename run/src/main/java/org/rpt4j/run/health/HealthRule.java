package org.rpt4j.run.health;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** When one check warns. A rule has no state: what it has to remember is given to it. */
sealed interface HealthRule permits FallFromStart, BoxRateDrop, LiveGroupStarvation, GapNearLimit, GradientSpike {

    /**
     * What a rule thinks of a step.
     *
     * @param level what to compare later steps with; the same as before where the rule has none
     * @param trouble what is wrong, against what, and what to do; null if nothing is
     */
    record Judgement(double level, @Nullable String trouble) {}

    /** What it warns of. */
    HealthCheck check();

    /** What it looks at; empty if the step did not measure it. */
    OptionalDouble measure(HealthValues signs);

    /**
     * Judges a step.
     *
     * @param signs of the step
     * @param window the last values, the present one last
     * @param level what the judgement of the step before said; 0 at first
     */
    Judgement judge(HealthValues signs, Window window, double level);

    /** A value, if it is a number. */
    static OptionalDouble finite(double value) {
        return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }
}
