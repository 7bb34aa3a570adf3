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
     * Opens a corpus file. Its suffix determines the format, unless {@link CorpusOptions#format()} does: {@code .jsonl},
     * {@code .ndjson} and {@code .json} are JSON lines, {@code .parquet} is Parquet, everything else is plain text. A
     * further suffix {@code .gz}, {@code .zst}, {@code .bz2} or {@code .xz} means compressed. Text is UTF-8. The ids of
     * the documents are {@code <file name>#<line>} for JSON lines, {@code <file name>#<row>} for Parquet and {@code
     * <file name>#<number>} for text, all from 1.
     *
     * <p>These artifacts must be on the class path: {@code blue.strategic.parquet:parquet-floor} for Parquet, with
     * {@code org.brotli:dec} for its codec BROTLI; {@code com.github.luben:zstd-jni} for {@code .zst}; {@code
     * org.apache.commons:commons-compress} for {@code .bz2}; {@code org.tukaani:xz} for {@code .xz}.
     *
     * <p>Malformed content, including a file without documents, is reported with file and line when a pass reaches it.
     * A damaged compressed file is reported, too, never taken for one that ends there.
     *
     * @throws CorpusException if the file is missing or cannot be read
     */
    public static FileCorpus open(Path file, CorpusOptions options) {
        return new FileCorpus(List.of(CorpusFile.of(file, options.root().orElse(null))), options);
    }

    /** Opens a file with {@link CorpusOptions#DEFAULTS}. */
    public static FileCorpus open(Path file) {
        return open(file, CorpusOptions.DEFAULTS);
    }

    /**
     * Opens many files as one corpus, ordered by pattern and then by name. A pattern is a file, or a glob with
     * {@code *}, {@code ?}, {@code [...]}, {@code {a,b}} and, for folders of any depth, {@code **}; {@code /} separates
     * folders. Ids do not depend on how a file is named here, on the locale or on other files: they begin with the
     * file's own name in NFC, or with its path below {@link CorpusOptions#root()} if there is one. With the root {@code
     * corpus}, {@code corpus/**.jsonl} gives {@code 2024/part-1.jsonl#7}. A pattern with a scheme, such as {@code
     * hdfs://host/corpus/*.jsonl}, is looked for in a {@link CorpusStorage}.
     *
     * @param patterns at least one
     * @throws CorpusException if a file is missing or cannot be read, a pattern matches no file, or two files would
     *     produce the same ids
     */
    public static FileCorpus open(List<String> patterns, CorpusOptions options) {
        return new FileCorpus(CorpusFiles.find(patterns, options.root().orElse(null)), options);
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
