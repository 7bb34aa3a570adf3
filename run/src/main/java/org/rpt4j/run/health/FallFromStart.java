package org.rpt4j.run.health;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * Detects a collapse: the median of the window is a small share of the median of the first window. The first window is
 * what the model could do before training; no absolute number is low for every model.
 */
record FallFromStart(
        HealthCheck check, String name, String unit, String advice, ToDoubleFunction<HealthValues> sign, double share)
        implements HealthRule {

    static FallFromStart ofEntropy(double share) {
        return new FallFromStart(
                HealthCheck.ENTROPY_COLLAPSE,
                "Entropy",
                "nats per token",
                "The rollouts of a group are becoming identical, so there is nothing to compare. Return to an"
                        + " earlier checkpoint with a lower learning rate, a higher sampling temperature or a KL"
                        + " penalty.",
                HealthValues::entropy,
                share);
    }

    static FallFromStart ofLength(double share) {
        return new FallFromStart(
                HealthCheck.LENGTH_COLLAPSE,
                "The mean length of completions",
                "tokens",
                "The policy has stopped thinking before it predicts. Look at its rollouts, and lower the"
                        + " learning rate or any length penalty.",
                HealthValues::length,
                share);
    }

    @Override
    public OptionalDouble measure(HealthValues signs) {
        return HealthRule.finite(sign.applyAsDouble(signs));
    }

    @Override
    public Judgement judge(HealthValues signs, Window window, RuleState before) {
        if (!window.isFull()) {
            return new Judgement(0, null);
        }
        double median = window.median();
        double start = before.level() == 0 ? median : before.level();
        return new Judgement(start, median < share * start ? describe(median, start, window.size()) : null);
    }

    private String describe(double median, double start, int steps) {
        return String.format(
                Locale.ROOT,
                "%s has fallen to %.3g %s (median of %d steps), %.0f %% of the %.3g at the beginning of the run; the check"
                        + " warns below %.0f %%. %s",
                name,
                median,
                unit,
                steps,
                100 * median / start,
                start,
                100 * share,
                advice);
    }
}
