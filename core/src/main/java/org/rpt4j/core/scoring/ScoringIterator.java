package org.rpt4j.core.scoring;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.TokenScores;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.phase.PhaseSpan;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.task.TokenizedDocument;

/** Reads documents as batches fill up and returns them in order once all their windows are scored. */
final class ScoringIterator implements Iterator<ScoredDocument> {

    private final Iterator<TokenizedDocument> source;
    private final int candidates;
    private final Supplier<ScoringBatch> batches;
    private final LongConsumer progress;
    private final Deque<ScoredDocument> done = new ArrayDeque<>();
    private @Nullable ScoredDocument current;
    private int decided;
    private long tokensScored;

    ScoringIterator(
            Iterator<TokenizedDocument> source, int candidates, Supplier<ScoringBatch> batches, LongConsumer progress) {
        this.source = source;
        this.candidates = candidates;
        this.batches = batches;
        this.progress = progress;
    }

    @Override
    public boolean hasNext() {
        if (done.isEmpty()) {
            scoreBatch();
        }
        return !done.isEmpty();
    }

    @Override
    public ScoredDocument next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no document left");
        }
        return done.remove();
    }

    private void scoreBatch() {
        while (done.isEmpty() && (current != null || source.hasNext())) {
            ScoringBatch batch = batches.get();
            Deque<ScoredDocument> completed = fill(batch);
            if (!batch.isEmpty()) {
                tokensScored += score(batch);
                progress.accept(tokensScored);
            }
            done.addAll(completed);
        }
    }

    private static long score(ScoringBatch batch) {
        try (PhaseSpan span = PhaseSpan.begin(Phase.SCORING, -1)) {
            long tokens = batch.score();
            span.count(batch.documents(), tokens);
            return tokens;
        }
    }

    /** Fills a batch and returns the documents whose last window is in it. */
    private Deque<ScoredDocument> fill(ScoringBatch batch) {
        Deque<ScoredDocument> completed = new ArrayDeque<>();
        while (current != null || source.hasNext()) {
            if (current == null) {
                current = unscored(source.next(), candidates);
                decided = 0;
            }
            decided = batch.take(current.document(), current.scores(), decided);
            if (decided < current.document().length()) {
                return completed;
            }
            completed.add(current);
            current = null;
        }
        return completed;
    }

    /** A document with scores and candidates that are not computed yet. */
    static ScoredDocument unscored(TokenizedDocument document, int candidates) {
        double[] entropy = new double[document.length()];
        double[] trueLogProb = new double[document.length()];
        int[] argmax = new int[document.length()];
        Arrays.fill(entropy, Double.NaN);
        Arrays.fill(trueLogProb, Double.NaN);
        Arrays.fill(argmax, -1);
        int[] topIds = new int[Math.multiplyExact(document.length(), candidates)];
        double[] topLogProbs = new double[topIds.length];
        Arrays.fill(topIds, -1);
        Arrays.fill(topLogProbs, Double.NaN);
        TokenScores scores = new TokenScores(entropy, argmax, trueLogProb).withCandidates(topIds, topLogProbs);
        return new ScoredDocument(document, scores);
    }
}
