package org.rpt4j.core.corpus;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * One pass over a corpus. It holds an open file and closes it after the last document or an error; the caller closes a
 * pass that ends earlier. Not thread-safe.
 *
 * <p>{@link #hasNext()} and {@link #next()} throw {@link org.rpt4j.api.error.CorpusException} where the corpus is
 * malformed, and {@link org.rpt4j.api.error.OperationCancelledException} on an interrupted thread, which stays
 * interrupted.
 *
 * @since 0.1.0
 */
public interface DocumentIterator extends Iterator<Document>, AutoCloseable {

    /** Lines that this pass has skipped so far: at most {@link CorpusOptions#toleratedBadLines()}, in order. */
    default List<CorpusSummary.BadLine> badLines() {
        return List.of();
    }

    /**
     * Where a pass would have to begin to go on with the document that comes next; empty if the corpus is none of files.
     *
     * @see FileCorpus#iterator(CorpusPlace)
     */
    default Optional<CorpusPlace> place() {
        return Optional.empty();
    }

    /** Ends the pass; idempotent. There is no next document afterwards. */
    @Override
    void close();
}
