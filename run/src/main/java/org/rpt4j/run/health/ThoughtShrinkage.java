package org.rpt4j.run.health;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Warns when thoughts become shorter while the reward rises: the median length of the window is below a share of that of
 * the first window, and the median reward is above that of the first window. Likelihood rewards are known for it (arXiv
 * 2602.03979): what a thought adds is small at first, and a short one does the least harm.
 */
record ThoughtShrinkage(double share) implements HealthRule {

    @Override
    public HealthCheck check() {
        return HealthCheck.THOUGHT_SHRINKAGE;
    }

    @Override
    public OptionalDouble measure(HealthValues signs) {
        return Double.isFinite(signs.reward()) ? HealthRule.finite(signs.length()) : OptionalDouble.empty();
    }

    @Override
    public OptionalDouble measureBeside(HealthValues signs) {
        return HealthRule.finite(signs.reward());
    }

    @Override
    public Judgement judge(HealthValues signs, Window window, RuleState before) {
        if (!window.isFull()) {
            return new Judgement(0, null);
        }
        double length = window.median();
        double reward = window.medianBeside();
        if (before.level() == 0) {
            return new Judgement(length, reward, null);
        }
        boolean shrinks = length < share * before.level() && reward > before.besideLevel();
        return new Judgement(
                before.level(), before.besideLevel(), shrinks ? describe(length, reward, before, window.size()) : null);
    }

    private String describe(double length, double reward, RuleState before, int steps) {
        return String.format(
                Locale.ROOT,
                "The mean length of completions has fallen to %.3g tokens (median of %d steps), %.0f %% of the %.3g at"
                        + " the beginning of the run, while the mean reward has risen from %.3g to %.3g; the check"
                        + " warns below %.0f %%. It pays not to think. Look at the rollouts, compare reasoning with"
                        + " standard accuracy, and take harder tasks, more true tokens, or a reward for the prediction.",
                length,
                steps,
                100 * length / before.level(),
                before.level(),
                before.besideLevel(),
                reward,
                100 * share);
    }
}
