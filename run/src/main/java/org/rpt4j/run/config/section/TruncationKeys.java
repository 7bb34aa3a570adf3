package org.rpt4j.run.config.section;

import java.util.function.Function;
import org.rpt4j.core.objective.OverlongPenalty;
import org.rpt4j.core.objective.TruncationHandling;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code truncation.*}: how completions at or near the length limit are treated.
 *
 * @since 0.1.0
 */
public final class TruncationKeys {

    private static final String BUDGETED = "truncation.budget-tokens is above 0";
    private static final Section.Builder KEYS = Section.of(
                    "truncation", "How completions at or near the length limit are treated")
            .onlyWith(TrainingKeys.REINFORCED, TrainingKeys::isReinforced);

    public static final Key<Boolean> MASKED =
            KEYS.key(TruncationHandling.MASKED).orFrom(ObjectiveKeys.PRESET, "", preset(TruncationHandling::masked));

    public static final Key<Integer> PENALTY_TOKENS = KEYS.key("penalty-tokens", OverlongPenalty.CACHE_TOKENS)
            .orFrom(
                    ObjectiveKeys.PRESET,
                    "",
                    preset(handling -> handling.penalty().cacheTokens()));

    public static final Key<Double> PENALTY_FACTOR = KEYS.key("penalty-factor", OverlongPenalty.FACTOR)
            .onlyWith("truncation.penalty-tokens is above 0", values -> values.get(PENALTY_TOKENS) > 0)
            .orFrom(
                    ObjectiveKeys.PRESET,
                    "",
                    preset(handling -> handling.penalty().factor()));

    public static final Key<Integer> BUDGET_TOKENS = KEYS.key("budget-tokens", TruncationHandling.LengthBudget.FIRST)
            .orFrom(
                    ObjectiveKeys.PRESET,
                    "",
                    preset(handling -> handling.budget().first()));

    public static final Key<Integer> BUDGET_LEAST_TOKENS = KEYS.key(
                    "budget-least-tokens", TruncationHandling.LengthBudget.LEAST)
            .onlyWith(BUDGETED, values -> values.get(BUDGET_TOKENS) > 0)
            .orFrom(
                    ObjectiveKeys.PRESET,
                    "",
                    preset(handling -> handling.budget().least()));

    public static final Key<Double> BUDGET_DECAY = KEYS.key("budget-decay", TruncationHandling.LengthBudget.DECAY)
            .onlyWith(BUDGETED, values -> values.get(BUDGET_TOKENS) > 0)
            .orFrom(
                    ObjectiveKeys.PRESET,
                    "",
                    preset(handling -> handling.budget().decay()));

    public static final Key<Double> BUDGET_WEIGHT = KEYS.key("budget-weight", TruncationHandling.LengthBudget.WEIGHT)
            .onlyWith(BUDGETED, values -> values.get(BUDGET_TOKENS) > 0)
            .orFrom(
                    ObjectiveKeys.PRESET,
                    "",
                    preset(handling -> handling.budget().weight()));

    static final Section SECTION = KEYS.build();

    private TruncationKeys() {}

    /** Returns the treatment of truncated completions. */
    public static TruncationHandling handling(Values values) {
        return new TruncationHandling(
                values.get(MASKED),
                new OverlongPenalty(values.get(PENALTY_TOKENS), values.get(PENALTY_FACTOR)),
                new TruncationHandling.LengthBudget(
                        values.get(BUDGET_TOKENS),
                        values.get(BUDGET_LEAST_TOKENS),
                        values.get(BUDGET_DECAY),
                        values.get(BUDGET_WEIGHT)));
    }

    private static <T> Function<Values, T> preset(Function<TruncationHandling, T> part) {
        return values -> part.apply(values.get(ObjectiveKeys.PRESET).truncation());
    }
}
