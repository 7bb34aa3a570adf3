package org.rpt4j.core.corpus;

import java.util.Iterator;
import java.util.List;

/**
 * One pass over a corpus. It holds an open file, which it closes itself at the last document and after an error; a pass
 * that is given up earlier is closed by the caller. Not thread-safe.
 *
 * <p>{@link #hasNext()} and {@link #next()} throw {@link org.rpt4j.api.error.CorpusException} where the corpus is
 * malformed.
 */
public interface DocumentIterator extends Iterator<Document>, AutoCloseable {

    /** What this pass has passed over so far: at most {@link CorpusOptions#toleratedBadLines()}, in order. */
    default List<BadLine> badLines() {
        return List.of();
    }

    /** Ends the pass; idempotent. Afterwards there is no next document. */
    @Override
    void close();
}
