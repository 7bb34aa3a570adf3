package org.rpt4j.run.health;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** When a check warns. A rule is stateless: its caller passes the state in. */
sealed interface HealthRule
        permits FallFromStart, ThoughtShrinkage, BoxRateDrop, LiveGroupStarvation, GapNearLimit, GradientSpike {

    /**
     * The verdict of a rule on a step.
     *
     * @param level reference for later steps; unchanged if the rule has none
     * @param besideLevel reference of a second value; 0 if the rule has none
     * @param trouble what is wrong, the threshold, and what to do; null if nothing is wrong
     */
    record Judgement(
            double level, double besideLevel, @Nullable String trouble) {

        Judgement(double level, @Nullable String trouble) {
            this(level, 0, trouble);
        }
    }

    /** Returns the check of this rule. */
    HealthCheck check();

    /** Returns the value to check; empty if the step did not measure it. */
    OptionalDouble measure(HealthValues signs);

    /** Returns a value to check beside it; empty if the rule has none. */
    default OptionalDouble measureBeside(HealthValues signs) {
        return OptionalDouble.empty();
    }

    /**
     * Checks a step.
     *
     * @param signs values of the step
     * @param window the last values, the current one last
     * @param before the state before this step, with the levels that the previous verdict returned; 0 at first
     */
    Judgement judge(HealthValues signs, Window window, RuleState before);

    /** Returns the value unless it is NaN. */
    static OptionalDouble finite(double value) {
        return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }
}
