package org.rpt4j.run.health;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Warns when the median share of completions with a prediction drops well below the best of the run. The reference is
 * the best share, not the first one, because an untrained model hardly ever produces the required format.
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
    public Judgement judge(HealthValues signs, Window window, RuleState before) {
        if (!window.isFull()) {
            return new Judgement(0, null);
        }
        double median = window.median();
        double best = Math.max(before.level(), median);
        return new Judgement(best, median < share * best ? describe(median, best, window.size()) : null);
    }

    private String describe(double median, double best, int steps) {
        return String.format(
                Locale.ROOT,
                "Only %.1f %% of completions hold a prediction (median of %d steps), %.0f %% of the best rate of"
                        + " %.1f %% in this run; the check warns below %.0f %%. The policy is forgetting the answer"
                        + " format. Look at its rollouts: if they are cut off, allow more tokens; if they are"
                        + " noise, return to an earlier checkpoint with a lower learning rate.",
                100 * median,
                steps,
                100 * median / best,
                100 * best,
                100 * share);
    }
}
