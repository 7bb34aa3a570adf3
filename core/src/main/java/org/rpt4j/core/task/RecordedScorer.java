package org.rpt4j.core.task;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.phase.Progress;

/**
 * A proxy that records its scores, so that interrupted scoring of a corpus can be resumed without scoring anything
 * twice. Scoring has a deterministic order, so the second run requests the same sequences as the first; it gets them
 * from the record until the record ends, and then from the proxy. Put it between a proxy and a
 * pipeline.
 *
 * <p>The record takes 20 bytes per token, and 12 for each of its candidates. It is created with the first score, survives cancellation, errors and
 * crashes, and is deleted by {@link #finish()}. Calls are serialised.
 *
 * @since 0.1.0
 */
public final class RecordedScorer implements ProxyScorer {

    private final ProxyScorer proxy;
    private final String model;
    private final Path file;
    private @Nullable ScoringOptions options;
    private @Nullable ScoreRecord record;
    private long replayed;
    private boolean closed;

    /**
     * Continues the record at {@code file}, or creates it with the first score.
     *
     * @param proxy computes the scores that are not recorded; the caller keeps and closes it
     * @param model identifies the weights of the proxy, such as a fingerprint; a record of another model, or of
     *     another {@link ProxyScorer#identity}, is rejected
     */
    public RecordedScorer(ProxyScorer proxy, String model, Path file) {
        this.proxy = proxy;
        this.model = model;
        this.file = file;
    }

    @Override
    public ModelDescription description() {
        return proxy.description();
    }

    @Override
    public int batchTokens() {
        return proxy.batchTokens();
    }

    @Override
    public Optional<String> identity() {
        return proxy.identity();
    }

    /**
     * Scores like the proxy.
     *
     * @throws StorageException if the record belongs to another model, other sequences or other options, or cannot be
     *     written
     * @throws IllegalArgumentException if a call has other options than the previous one
     */
    @Override
    public synchronized List<TokenScores> score(List<int[]> sequences, ScoringOptions asked) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("scoring was interrupted");
        }
        ScoreRecord opened = open(asked);
        long start = opened.position();
        List<TokenScores> scores = new ArrayList<>();
        for (int[] sequence : sequences) {
            TokenScores recorded = opened.next(sequence);
            if (recorded == null) {
                return compute(opened, start, sequences, asked);
            }
            scores.add(recorded);
        }
        sequences.forEach(sequence -> replayed += sequence.length);
        return scores;
    }

    /**
     * Scores a whole call that is not recorded, or only in part: a backend may give other last bits to the rest of a
     * call than to all of it.
     */
    private List<TokenScores> compute(ScoreRecord opened, long start, List<int[]> sequences, ScoringOptions asked) {
        opened.cutOff(start);
        List<TokenScores> computed = proxy.score(sequences, asked);
        for (int i = 0; i < sequences.size(); i++) {
            asked.requireCandidates(computed.get(i));
            opened.append(sequences.get(i), computed.get(i));
        }
        opened.flush();
        return computed;
    }

    /** Number of tokens read from the record so far. */
    public synchronized long replayedTokens() {
        return replayed;
    }

    /**
     * Wraps a consumer of the progress of a scoring through this scorer, so that it sees only what is scored now: what
     * the record answers takes no time, and would make the rest look as fast.
     */
    public Consumer<Progress> withoutReplay(Consumer<Progress> progress) {
        return new ResumedProgress(this, progress);
    }

    private ScoreRecord open(ScoringOptions asked) {
        if (closed) {
            throw new IllegalStateException("this scorer is closed");
        }
        if (options != null && !options.equals(asked)) {
            throw new IllegalArgumentException("scores with " + asked + " cannot go into a record with " + options);
        }
        if (record == null) {
            String identity = proxy.identity().map(other -> "\n" + other).orElse("");
            String header = model + "\n" + proxy.description() + "\n" + asked + identity;
            record = ScoreRecord.open(file, header, proxy.description().contextLength(), asked.candidates());
            options = asked;
        }
        return record;
    }

    /** Deletes the record, after its scores have been used, and closes. */
    public synchronized void finish() {
        if (!closed && record != null) {
            record.delete();
        }
        close();
    }

    /** Closes the record, which stays on disk to be continued; idempotent. The proxy stays open. */
    @Override
    public synchronized void close() {
        closed = true;
        if (record != null) {
            record.close();
        }
    }
}
