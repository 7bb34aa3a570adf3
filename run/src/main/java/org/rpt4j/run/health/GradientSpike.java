package org.rpt4j.run.health;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Warns when a gradient norm is a multiple of the median of the window before it. The threshold is relative because
 * norms differ by orders of magnitude between models and drift along a run.
 */
record GradientSpike(double factor) implements HealthRule {

    @Override
    public HealthCheck check() {
        return HealthCheck.GRADIENT_SPIKE;
    }

    @Override
    public OptionalDouble measure(HealthValues signs) {
        return HealthRule.finite(signs.gradientNorm());
    }

    @Override
    public Judgement judge(HealthValues signs, Window window, RuleState before) {
        if (!window.isFull() || window.size() == 1) {
            return new Judgement(0, null);
        }
        double usual = window.before().median();
        return new Judgement(0, usual > 0 && window.last() > factor * usual ? describe(window, usual) : null);
    }

    private String describe(Window window, double usual) {
        return String.format(
                Locale.ROOT,
                "The gradient norm is %.3g, %.1f times the median of %.3g over the previous %d steps; the check"
                        + " warns above %.3g times. If it happens again, lower the learning rate or the clipping"
                        + " norm, and look at the rollouts of the step.",
                window.last(),
                window.last() / usual,
                usual,
                window.size() - 1,
                factor);
    }
}
