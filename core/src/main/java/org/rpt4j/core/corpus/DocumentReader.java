package org.rpt4j.core.corpus;

import org.jspecify.annotations.Nullable;

/** Reads the documents of one file in order. An exception ends the pass. */
interface DocumentReader extends AutoCloseable {

    /** Reads the next document; null at the end of the file. */
    @Nullable
    Document read();

    @Override
    void close();
}
