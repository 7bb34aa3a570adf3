package org.rpt4j.core.corpus;

import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Documents in a fixed order. Every call to {@link #iterator()} starts at the first document and reads lazily, so a
 * corpus may be larger than memory. Thread-safe; each iterator belongs to one thread.
 *
 * @since 0.1.0
 */
public interface Corpus extends Iterable<Document> {

    /** Starts a pass over all documents. */
    @Override
    DocumentIterator iterator();

    /** One pass as a sequential stream; close the stream unless you read it to its end. */
    default Stream<Document> stream() {
        DocumentIterator documents = iterator();
        int traits = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(documents, traits), false)
                .onClose(documents::close);
    }
}
