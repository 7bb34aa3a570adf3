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

    static final Section SECTION = KEYS.build();

    private TruncationKeys() {}

    /** Returns the treatment of truncated completions. */
    public static TruncationHandling handling(Values values) {
        return new TruncationHandling(
                values.get(MASKED), new OverlongPenalty(values.get(PENALTY_TOKENS), values.get(PENALTY_FACTOR)));
    }

    private static <T> Function<Values, T> preset(Function<TruncationHandling, T> part) {
        return values -> part.apply(values.get(ObjectiveKeys.PRESET).truncation());
    }
}
