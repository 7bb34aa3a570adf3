package org.rpt4j.core.corpus;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.rpt4j.api.error.CorpusException;

/** Opens corpora. */
public final class Corpora {

    private Corpora() {}

    /**
     * A corpus file. Its name says what it is: {@code .jsonl} and {@code .json} are JSON lines, {@code .parquet} is
     * Parquet, everything else is plain text; {@code .gz} and {@code .zst} behind the name are compression. Text is in
     * UTF-8. The ids of the documents are {@code <file name>#<line>} for JSON lines, {@code <file name>#<row>} for
     * Parquet and {@code <file name>#<number>} for text, all from 1.
     *
     * <p>Parquet needs the artifact {@code blue.strategic.parquet:parquet-floor} and {@code .zst} needs {@code
     * com.github.luben:zstd-jni} on the class path.
     *
     * <p>Malformed content, down to a file without any document, is reported with file and line when a pass comes to
     * it.
     *
     * @throws CorpusException if the file is missing or cannot be read
     */
    public static Corpus open(Path file, CorpusOptions options) {
        CorpusFile only = new CorpusFile(file, file.getFileName().toString());
        return () -> new FilesIterator(List.of(only), options);
    }

    /** Opens a file with {@link CorpusOptions#DEFAULTS}. */
    public static Corpus open(Path file) {
        return open(file, CorpusOptions.DEFAULTS);
    }

    /**
     * One corpus of many files, in the order of the patterns and, within each, of the names. A pattern is a file, or a
     * glob with {@code *}, {@code ?}, {@code [...]}, {@code {a,b}} and, for folders of any depth, {@code **}; folders
     * are parted by {@code /}. The ids of a glob's documents begin with the path below its part without wildcards, so
     * {@code corpus/**.jsonl} gives {@code 2024/part-1.jsonl#7}, whatever other files there are.
     *
     * @param patterns at least one
     * @throws CorpusException if a file is missing or cannot be read, a pattern fits no file, or two files would give
     *     the same ids
     */
    public static Corpus open(List<String> patterns, CorpusOptions options) {
        List<CorpusFile> files = CorpusFiles.find(patterns);
        return () -> new FilesIterator(files, options);
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
