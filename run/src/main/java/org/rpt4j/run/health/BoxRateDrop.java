package org.rpt4j.run.health;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The median share of completions with a prediction is a small share of the best that the run had. It is compared with
 * the best and not with the beginning, where a model that has yet to learn the form has next to none.
 */
record BoxRateDrop(double share) implements HealthRule {

    @Override
    public HealthCheck check() {
        return HealthCheck.BOX_RATE_DROP;
    }

    @Override
    public OptionalDouble measure(HealthValues signs) {
        return HealthRule.finite(signs.boxRate());
    }

    @Override
    public Judgement judge(HealthValues signs, Window window, double level) {
        if (!window.isFull()) {
            return new Judgement(0, null);
        }
        double median = window.median();
        double best = Math.max(level, median);
        return new Judgement(best, median < share * best ? describe(median, best, window.size()) : null);
    }

    private String describe(double median, double best, int steps) {
        return String.format(
                Locale.ROOT,
                "Only %.1f %% of completions hold a prediction (median of %d steps), %.0f %% of the %.1f %% that the run"
                        + " had; the check warns below %.0f %%. The policy forgets how to answer. Look at its rollouts: if"
                        + " they are cut off, allow more tokens; if they are noise, go back to an earlier checkpoint"
                        + " with a lower learning rate.",
                100 * median,
                steps,
                100 * median / best,
                100 * best,
                100 * share);
    }
}
