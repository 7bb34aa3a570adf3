package org.rpt4j.core.corpus;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.rpt4j.api.error.CorpusException;

/** Opens corpora. */
public final class Corpora {

    private Corpora() {}

    /**
     * A corpus file in UTF-8: JSON lines if its name ends in {@code .jsonl} or {@code .json}, plain text otherwise.
     * The ids of its documents are {@code <file name>#<line>} for JSON lines and {@code <file name>#<number>} for
     * text, both from 1.
     *
     * <p>Malformed content, down to a file without any document, is reported with file and line when a pass comes to
     * it.
     *
     * @throws CorpusException if the file is missing or cannot be read
     */
    public static Corpus open(Path file, CorpusOptions options) {
        if (!Files.exists(file)) {
            throw new CorpusException("Corpus " + file.toAbsolutePath() + " does not exist. Check the path.");
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new CorpusException("Corpus " + file.toAbsolutePath() + " is not a readable file.");
        }
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        boolean json = name.endsWith(".jsonl") || name.endsWith(".json");
        return json ? () -> new JsonLinesIterator(file, options) : () -> new TextIterator(file, options);
    }

    /** Opens a file with {@link CorpusOptions#DEFAULTS}. */
    public static Corpus open(Path file) {
        return open(file, CorpusOptions.DEFAULTS);
    }

    /**
     * A corpus in memory.
     *
     * @throws CorpusException if there is no document
     */
    public static Corpus of(List<Document> documents) {
        List<Document> copy = List.copyOf(documents);
        if (copy.isEmpty()) {
            throw new CorpusException("The corpus in memory is empty: it has no document.");
        }
        return () -> new InMemoryIterator(copy.iterator());
    }

    private static final class InMemoryIterator implements DocumentIterator {

        private final Iterator<Document> documents;
        private boolean open = true;

        private InMemoryIterator(Iterator<Document> documents) {
            this.documents = documents;
        }

        @Override
        public boolean hasNext() {
            return open && documents.hasNext();
        }

        @Override
        public Document next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no document left");
            }
            return documents.next();
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
