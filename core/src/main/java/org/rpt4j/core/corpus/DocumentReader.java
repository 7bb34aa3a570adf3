package org.rpt4j.core.corpus;

import org.jspecify.annotations.Nullable;

/** Documents of one file, one after the other. What it throws ends the pass. */
interface DocumentReader extends AutoCloseable {

    /** Reads on to the next document; null at the end of the file. */
    @Nullable
    Document read();

    @Override
    void close();
}
