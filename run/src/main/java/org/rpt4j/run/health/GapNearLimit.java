package org.rpt4j.run.health;

import java.util.Locale;
import java.util.OptionalDouble;

/** Warns, from a single step, when the gap between sampler and trainer nears the limit that ends the run. */
record GapNearLimit(double share) implements HealthRule {

    @Override
    public HealthCheck check() {
        return HealthCheck.LOG_PROB_GAP;
    }

    @Override
    public OptionalDouble measure(HealthValues signs) {
        return HealthRule.finite(signs.logProbGap() / signs.logProbGapLimit());
    }

    @Override
    public Judgement judge(HealthValues signs, Window window, RuleState before) {
        return new Judgement(0, window.last() > share ? describe(signs, window.last()) : null);
    }

    private String describe(HealthValues signs, double ofLimit) {
        return String.format(
                Locale.ROOT,
                "Sampler and trainer differ by %.3g nats on a token, %.0f %% of the limit of %.3g that ends the"
                        + " run; the check warns above %.0f %%. If the precision explains it, raise the limit;"
                        + " otherwise the backend samples and trains differently.",
                signs.logProbGap(),
                100 * ofLimit,
                signs.logProbGapLimit(),
                100 * share);
    }
}
