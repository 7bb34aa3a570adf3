package org.rpt4j.core.scoring;

import java.util.OptionalInt;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.task.TokenizedDocument;

/**
 * Scores whole documents with a proxy whose context is shorter. A long document is split into overlapping windows, and
 * each position is scored in the window that gives it the most left context. So no position looks hard only because a
 * window starts there. The proxy gets windows in batches of bounded size, and documents are read on demand.
 *
 * <p>Immutable; a stream belongs to one thread, and the caller keeps and closes the proxy.
 *
 * @since 0.1.0
 */
public final class CorpusScorer {

    private final ProxyScorer proxy;
    private final ScoringOptions options;
    private final WindowOptions windows;
    private final int batchTokens;
    private final OptionalInt beginOfText;

    /**
     * Creates a scorer with batches of the size that keeps the proxy busy.
     *
     * @throws ContextOverflowException if a window is longer than the proxy's context
     */
    public CorpusScorer(ProxyScorer proxy, ScoringOptions options, WindowOptions windows) {
        this(proxy, options, windows, proxy.batchTokens(), OptionalInt.empty());
    }

    private CorpusScorer(
            ProxyScorer proxy,
            ScoringOptions options,
            WindowOptions windows,
            int batchTokens,
            OptionalInt beginOfText) {
        this.proxy = proxy;
        this.options = options;
        this.windows = windows;
        this.batchTokens = batchTokens;
        this.beginOfText = beginOfText;
        int needed = windows.windowTokens() + (beginOfText.isPresent() ? 1 : 0);
        int available = proxy.description().contextLength();
        if (needed > available) {
            throw new ContextOverflowException("Windows of " + windows.windowTokens() + " tokens take " + needed
                    + " tokens but the proxy " + proxy.description().architecture() + " has a context of " + available
                    + ". Choose windowTokens of at most " + (available - needed + windows.windowTokens()) + ".");
        }
    }

    /** A copy with another bound on the tokens of one batch; a single window may exceed it. */
    public CorpusScorer withBatchTokens(int tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("batchTokens is " + tokens + ", must be positive");
        }
        return new CorpusScorer(proxy, options, windows, tokens, beginOfText);
    }

    /** A copy that puts a token before every window, for a proxy that was trained with one; the token is not scored. */
    public CorpusScorer withBeginOfText(int token) {
        return new CorpusScorer(proxy, options, windows, batchTokens, OptionalInt.of(token));
    }

    /** Scores documents in order while the stream is read. */
    public Stream<ScoredDocument> score(Iterable<TokenizedDocument> documents) {
        return score(documents, tokens -> {});
    }

    /**
     * Scores documents in order while the stream is read.
     *
     * @param progress receives the number of document tokens scored so far, after each batch
     */
    public Stream<ScoredDocument> score(Iterable<TokenizedDocument> documents, LongConsumer progress) {
        ScoringIterator scored = new ScoringIterator(documents.iterator(), options.candidates(), this::batch, progress);
        int traits = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(scored, traits), false);
    }

    private ScoringBatch batch() {
        return new ScoringBatch(proxy, options, windows, batchTokens, beginOfText);
    }
}
