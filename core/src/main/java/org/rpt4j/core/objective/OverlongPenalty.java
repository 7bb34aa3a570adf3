package org.rpt4j.core.objective;

import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * Reduces the reward of completions that come close to the length limit: min(-(l - (L_max - L_cache)) / L_cache * f, 0)
 * (DAPO, soft overlong punishment: Yu et al. 2025, arXiv 2503.14476). Pure.
 *
 * @param cacheTokens L_cache, tokens before the limit over which the penalty rises; 0 for no penalty
 * @param factor f, the reward that a completion of L_max tokens loses; positive
 * @since 0.1.0
 */
public record OverlongPenalty(int cacheTokens, double factor) {

    public static final Setting<Integer> CACHE_TOKENS = Setting.whole("cache-tokens", Range.atLeast(0))
            .says("Tokens before the limit over which reward is taken away; 0 turns the penalty off.")
            .in("tokens")
            .after("soft overlong punishment, L_cache: arXiv 2503.14476")
            .or(0);

    public static final Setting<Double> FACTOR = Setting.real("factor", Range.above(0))
            .says("What a completion that reaches the limit loses.")
            .in("reward")
            .after("arXiv 2503.14476")
            .or(1.0);

    /** No penalty, as in the RPT paper. */
    public static final OverlongPenalty NONE = new OverlongPenalty(0, 1);

    public OverlongPenalty {
        CACHE_TOKENS.check(cacheTokens);
        FACTOR.check(factor);
    }

    /**
     * The value to add to the reward: 0 up to {@code maxTokens - cacheTokens}, then falling to -f.
     *
     * @param length number of tokens of the completion
     * @param maxTokens maximum number of tokens of a completion, L_max
     */
    public double of(int length, int maxTokens) {
        if (cacheTokens == 0) {
            return 0;
        }
        double excess = (double) length - (maxTokens - cacheTokens);
        return Math.min(-excess / cacheTokens * factor, 0);
    }
}
