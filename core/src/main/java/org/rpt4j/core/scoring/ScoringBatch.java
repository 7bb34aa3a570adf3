package org.rpt4j.core.scoring;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.core.task.TokenizedDocument;

/** The windows of one call to the proxy. */
final class ScoringBatch {

    /**
     * A window of a document. It scores the positions that no earlier window contains.
     *
     * @param target where the scores go, [T]
     * @param start first token of the window
     * @param decided first position that this window scores
     * @param end end of the window, exclusive
     */
    private record Window(TokenScores target, int start, int decided, int end) {}

    private final ProxyScorer proxy;
    private final ScoringOptions options;
    private final WindowOptions windows;
    private final int budget;
    private final OptionalInt beginOfText;
    private final List<Window> members = new ArrayList<>();
    private final List<int[]> sequences = new ArrayList<>();
    private long tokens;

    ScoringBatch(
            ProxyScorer proxy, ScoringOptions options, WindowOptions windows, int budget, OptionalInt beginOfText) {
        this.proxy = proxy;
        this.options = options;
        this.windows = windows;
        this.budget = budget;
        this.beginOfText = beginOfText;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /** Number of documents with a window in this batch. */
    long documents() {
        return members.stream().map(Window::target).distinct().count();
    }

    /**
     * Adds as many windows of a document as the budget allows, at least one if the batch is empty.
     *
     * @param decided number of positions that earlier windows score
     * @return number of positions that all windows so far score; the document's length once it is complete
     */
    int take(TokenizedDocument document, TokenScores target, int decided) {
        int length = document.length();
        while (decided < length) {
            int start = decided == 0 ? 0 : decided - windows.overlapTokens();
            int end = Math.min(length, start + windows.windowTokens());
            if (!members.isEmpty() && tokens + (end - start) > budget) {
                break;
            }
            members.add(new Window(target, start, decided, end));
            sequences.add(sequence(document.tokens(), start, end));
            tokens += end - start;
            decided = end;
        }
        return decided;
    }

    /** Scores all windows into their targets and returns the number of scored positions. */
    long score() {
        List<TokenScores> results = proxy.score(sequences, options);
        if (results.size() != members.size()) {
            throw new IllegalStateException(
                    "the proxy returned " + results.size() + " results for " + members.size() + " sequences");
        }
        long scored = 0;
        for (int w = 0; w < members.size(); w++) {
            Window window = members.get(w);
            options.requireCandidates(results.get(w));
            copy(results.get(w), window);
            scored += window.end() - window.decided();
        }
        return scored;
    }

    private int[] sequence(int[] document, int start, int end) {
        int prefix = beginOfText.isPresent() ? 1 : 0;
        int[] sequence = new int[prefix + end - start];
        beginOfText.ifPresent(token -> sequence[0] = token);
        System.arraycopy(document, start, sequence, prefix, end - start);
        return sequence;
    }

    private void copy(TokenScores from, Window window) {
        int offset = (beginOfText.isPresent() ? 1 : 0) - window.start();
        TokenScores to = window.target();
        // The first token of a document is never scored, whatever precedes it in the window.
        for (int t = Math.max(1, window.decided()); t < window.end(); t++) {
            to.entropy()[t] = from.entropy()[t + offset];
            to.argmax()[t] = from.argmax()[t + offset];
            to.trueLogProb()[t] = from.trueLogProb()[t + offset];
        }
        int k = options.candidates();
        int first = Math.max(1, window.decided());
        int count = (window.end() - first) * k;
        if (count > 0) {
            System.arraycopy(from.topIds(), (first + offset) * k, to.topIds(), first * k, count);
            System.arraycopy(from.topLogProbs(), (first + offset) * k, to.topLogProbs(), first * k, count);
        }
    }
}
