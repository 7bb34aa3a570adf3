package org.rpt4j.core.objective;

import org.rpt4j.api.setting.Setting;

/**
 * How completions are handled that are cut off at the length limit or come near it.
 *
 * @param masked whether the tokens of a truncated completion are left out of the loss and of every denominator; its
 *     reward still shapes the advantages of its group
 * @param penalty reward that long completions lose
 * @since 0.1.0
 */
public record TruncationHandling(boolean masked, OverlongPenalty penalty) {

    public static final Setting<Boolean> MASKED = Setting.of("masked", Boolean.class)
            .says("Whether truncated completions are left out of the loss and of every denominator.")
            .after("overlong filtering: Yu et al. 2025, arXiv 2503.14476")
            .or(false);

    /** A truncated completion is trained on like any other, with its reward. */
    public static final TruncationHandling KEEP = new TruncationHandling(false, OverlongPenalty.NONE);

    /** Truncated completions are not trained on (DAPO, overlong filtering: Yu et al. 2025, arXiv 2503.14476). */
    public static final TruncationHandling MASK = new TruncationHandling(true, OverlongPenalty.NONE);

    /**
     * Truncated completions are kept, with less reward the closer they are to the limit; see {@link OverlongPenalty}.
     */
    public static TruncationHandling softPenalty(int cacheTokens, double factor) {
        return new TruncationHandling(false, new OverlongPenalty(cacheTokens, factor));
    }
}
