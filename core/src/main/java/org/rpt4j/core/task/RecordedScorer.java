package org.rpt4j.core.task;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;

/**
 * A proxy that writes down what it has scored, so that a corpus whose scoring was cut off can be taken up again:
 * nothing is scored twice, nothing is lost. Scoring is deterministic in its order, so the second run asks for the same
 * sequences as the first; as long as the record lasts they are answered from it, and then by the proxy. Put it between
 * a proxy and whatever scores: {@link CorpusScorer}, or a whole pipeline.
 *
 * <p>The record takes 20 bytes per token. It is begun with the first score, survives cancellation, errors and a crash,
 * and is deleted by {@link #finish()}. Calls are serialised.
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
     * Prepares to continue the record at {@code file}, or to begin it.
     *
     * @param proxy computes what is not recorded; stays the caller's
     * @param model tells the weights of the proxy from those of others, such as a fingerprint; a record of another
     *     model is refused
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

    /**
     * Scores as the proxy does.
     *
     * @throws StorageException if the record is of another model, other sequences or other options, or cannot be
     *     written
     * @throws IllegalArgumentException if a call has other options than the one before
     */
    @Override
    public synchronized List<TokenScores> score(List<int[]> sequences, ScoringOptions asked) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("scoring was interrupted");
        }
        ScoreRecord opened = open(asked);
        List<TokenScores> scores = new ArrayList<>();
        while (scores.size() < sequences.size()) {
            int[] sequence = sequences.get(scores.size());
            TokenScores recorded = opened.next(sequence);
            if (recorded == null) {
                break;
            }
            replayed += sequence.length;
            scores.add(recorded);
        }
        List<int[]> missing = sequences.subList(scores.size(), sequences.size());
        if (!missing.isEmpty()) {
            List<TokenScores> computed = proxy.score(missing, asked);
            for (int i = 0; i < missing.size(); i++) {
                opened.append(missing.get(i), computed.get(i));
            }
            opened.flush();
            scores.addAll(computed);
        }
        return scores;
    }

    /** Number of tokens that were answered from the record so far. */
    public synchronized long replayedTokens() {
        return replayed;
    }

    private ScoreRecord open(ScoringOptions asked) {
        if (closed) {
            throw new IllegalStateException("this scorer is closed");
        }
        if (options != null && !options.equals(asked)) {
            throw new IllegalArgumentException("scores with " + asked + " cannot go into a record with " + options);
        }
        if (record == null) {
            String header = model + "\n" + proxy.description() + "\n" + asked;
            record = ScoreRecord.open(file, header, proxy.description().contextLength());
            options = asked;
        }
        return record;
    }

    /** Deletes the record, once its scores are where they belong, and closes. */
    public synchronized void finish() {
        if (!closed && record != null) {
            record.delete();
        }
        close();
    }

    /** Closes the record, which stays to be continued; idempotent. The proxy stays open. */
    @Override
    public synchronized void close() {
        closed = true;
        if (record != null) {
            record.close();
        }
    }
}
