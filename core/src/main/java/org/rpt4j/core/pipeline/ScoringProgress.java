package org.rpt4j.core.pipeline;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.rpt4j.core.phase.Progress;

/**
 * Progress in tokens over a corpus of which only the bytes are known beforehand: the blocks whose tokens are counted
 * tell how many tokens the others will have. With the last block the total is exact. Not thread-safe.
 */
final class ScoringProgress {

    private final long totalBytes;
    private final Consumer<Progress> listener;
    private final long start = System.nanoTime();
    private long bytes;
    private long tokens;

    /** @param totalBytes bytes of all texts that will be scored, in UTF-8 */
    ScoringProgress(long totalBytes, Consumer<Progress> listener) {
        this.totalBytes = totalBytes;
        this.listener = listener;
    }

    /** Begins a block; the result takes the number of its tokens that are scored so far. */
    LongConsumer of(TokenizedBlocks.Block block) {
        long before = tokens;
        bytes += block.bytes();
        tokens += block.tokens();
        long left = Math.max(0, totalBytes - bytes);
        long total = tokens + (bytes == 0 ? 0 : Math.round((double) tokens * left / bytes));
        return scored ->
                listener.accept(new Progress(before + scored, total, Duration.ofNanos(System.nanoTime() - start)));
    }
}
