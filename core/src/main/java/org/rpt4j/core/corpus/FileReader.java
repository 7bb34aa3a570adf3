package org.rpt4j.core.corpus;

import org.jspecify.annotations.Nullable;

/**
 * Reads the documents or rows of one file in order. An exception ends the pass.
 *
 * @param <T> what it reads
 */
interface FileReader<T> extends AutoCloseable {

    /** Reads the next one; null at the end of the file. */
    @Nullable
    T read();

    @Override
    void close();
}
