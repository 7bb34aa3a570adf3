package org.rpt4j.run.health;

import java.util.Locale;
import java.util.OptionalDouble;

/** Warns when the mean share of live groups is low in absolute terms: sampling the other groups is wasted. */
record LiveGroupStarvation(double share) implements HealthRule {

    @Override
    public HealthCheck check() {
        return HealthCheck.LIVE_GROUP_STARVATION;
    }

    @Override
    public OptionalDouble measure(HealthValues signs) {
        return HealthRule.finite(signs.liveShare());
    }

    @Override
    public Judgement judge(HealthValues signs, Window window, RuleState before) {
        double mean = window.mean();
        return new Judgement(0, window.isFull() && mean < share ? describe(mean, window.size()) : null);
    }

    private String describe(double mean, int steps) {
        return String.format(
                Locale.ROOT,
                "Only %.1f %% of groups have differing rewards (mean of %d steps); the check warns below %.0f %%."
                        + " The others teach nothing. Choose tasks that the policy solves sometimes, by entropy or"
                        + " by pass rates, use dynamic sampling, or raise the group size.",
                100 * mean,
                steps,
                100 * share);
    }
}
