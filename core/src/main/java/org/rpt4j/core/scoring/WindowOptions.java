package org.rpt4j.core.scoring;

import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * How a document longer than the proxy's context is split into windows.
 *
 * @param windowTokens tokens per window, at most the context length of the proxy
 * @param overlapTokens tokens that a window repeats from the one before: the minimum left context of a scored position,
 *     except at the start of the document
 * @since 0.1.0
 */
public record WindowOptions(int windowTokens, int overlapTokens) {

    public static final Setting<Integer> WINDOW_TOKENS = Setting.whole("window-tokens", Range.atLeast(2))
            .says("Tokens of a window.")
            .in("tokens")
            .orNone();

    public static final Setting<Integer> OVERLAP_TOKENS = Setting.whole("overlap-tokens", Range.atLeast(1))
            .says("Tokens that a window repeats from the one before.")
            .in("tokens")
            .orNone();

    public WindowOptions {
        WINDOW_TOKENS.check(windowTokens);
        OVERLAP_TOKENS.check(overlapTokens);
        new Conflicts()
                .when(
                        overlapTokens >= windowTokens,
                        "a window must be longer than its overlap. Lower the overlap.",
                        OVERLAP_TOKENS.is(overlapTokens),
                        WINDOW_TOKENS.is(windowTokens))
                .refuse();
    }

    /** Windows that fill a context of at least 2 tokens, half of them new in each window. */
    public static WindowOptions filling(int contextLength) {
        return new WindowOptions(contextLength, contextLength / 2);
    }

    /** Number of new tokens per window after the first. */
    int stride() {
        return windowTokens - overlapTokens;
    }
}
