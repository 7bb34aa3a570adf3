package org.rpt4j.core.corpus;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.rpt4j.api.error.CorpusException;

/**
 * Opens corpora.
 *
 * @since 0.1.0
 */
public final class Corpora {

    private Corpora() {}

    /**
     * Opens a corpus file. Its suffix determines the format: {@code .jsonl} and {@code .json} are JSON lines,
     * {@code .parquet} is Parquet, everything else is plain text. A further suffix {@code .gz} or {@code .zst} means
     * compressed. Text is UTF-8. The ids of the documents are {@code <file name>#<line>} for JSON lines,
     * {@code <file name>#<row>} for Parquet and {@code <file name>#<number>} for text, all from 1.
     *
     * <p>Parquet needs the artifact {@code blue.strategic.parquet:parquet-floor} and {@code .zst} needs {@code
     * com.github.luben:zstd-jni} on the class path.
     *
     * <p>Malformed content, including a file without documents, is reported with file and line when a pass reaches it.
     *
     * @throws CorpusException if the file is missing or cannot be read
     */
    public static Corpus open(Path file, CorpusOptions options) {
        CorpusFile only = new CorpusFile(file, String.valueOf(file.getFileName()));
        return () -> new FilesIterator(List.of(only), options);
    }

    /** Opens a file with {@link CorpusOptions#DEFAULTS}. */
    public static Corpus open(Path file) {
        return open(file, CorpusOptions.DEFAULTS);
    }

    /**
     * Opens many files as one corpus, ordered by pattern and then by name. A pattern is a file, or a glob with
     * {@code *}, {@code ?}, {@code [...]}, {@code {a,b}} and, for folders of any depth, {@code **}; {@code /} separates
     * folders. The ids of a glob's documents begin with the path below its part without wildcards, so
     * {@code corpus/**.jsonl} gives {@code 2024/part-1.jsonl#7}, whatever other files exist.
     *
     * @param patterns at least one
     * @throws CorpusException if a file is missing or cannot be read, a pattern matches no file, or two files would
     *     produce the same ids
     */
    public static Corpus open(List<String> patterns, CorpusOptions options) {
        List<CorpusFile> files = CorpusFiles.find(patterns);
        return () -> new FilesIterator(files, options);
    }

    /**
     * Creates a corpus from documents in memory.
     *
     * @throws CorpusException if there is no document
     */
    public static Corpus of(List<Document> documents) {
        List<Document> copy = List.copyOf(documents);
        if (copy.isEmpty()) {
            throw new CorpusException("The corpus in memory is empty: it has no documents.");
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
            Interruption.check("the corpus in memory");
            return documents.next();
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
