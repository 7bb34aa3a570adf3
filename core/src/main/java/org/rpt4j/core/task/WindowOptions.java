package org.rpt4j.core.task;

/**
 * How a document longer than the proxy's context is cut into windows.
 *
 * @param windowTokens tokens per window, at most the context length of the proxy
 * @param overlapTokens tokens that a window repeats from the one before: the least left context with which a position
 *     is scored, but for the start of the document
 */
public record WindowOptions(int windowTokens, int overlapTokens) {

    public WindowOptions {
        if (windowTokens < 2) {
            throw new IllegalArgumentException("windowTokens is " + windowTokens + ", must be at least 2");
        }
        if (overlapTokens < 1 || overlapTokens >= windowTokens) {
            throw new IllegalArgumentException("overlapTokens is " + overlapTokens + ", must be between 1 and "
                    + (windowTokens - 1) + " (windowTokens - 1)");
        }
    }

    /** Windows that fill a context of at least 2 tokens, each half of it new. */
    public static WindowOptions filling(int contextLength) {
        return new WindowOptions(contextLength, contextLength / 2);
    }

    /** Number of new tokens per window after the first. */
    int stride() {
        return windowTokens - overlapTokens;
    }
}
