package org.rpt4j.fuzz;

import java.nio.file.Path;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentIterator;

/** A pass over a corpus of small documents. Stateless. */
final class CorpusPass {

    /** Quick for a decompressor to fill, yet longer than any input of a target. */
    static final int MOST_BYTES = 1 << 20;

    private CorpusPass() {}

    static void over(Path file, CorpusOptions options) throws Exception {
        Promise.readsOrRefuses(() -> {
            long characters = 0;
            try (DocumentIterator documents = Corpora.open(
                            file,
                            options.toBuilder().maxDocumentBytes(MOST_BYTES).build())
                    .iterator()) {
                while (documents.hasNext()) {
                    Document document = documents.next();
                    if (document.text().length() > MOST_BYTES) {
                        throw new AssertionError(
                                document.id() + " has " + document.text().length() + " characters");
                    }
                    characters += document.text().length();
                }
            }
            return characters;
        });
    }
}
