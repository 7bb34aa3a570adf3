package org.rpt4j.core.corpus;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.rpt4j.api.error.CorpusException;

/**
 * Files of rows with fields, such as the files in which benchmarks are published: JSON lines, one JSON array, Parquet,
 * CSV or TSV, plain or compressed, read in the order of the files. Every call to {@link #iterator()} starts at the
 * first row and reads lazily, so the files may be larger than memory. Immutable and thread-safe; each iterator belongs
 * to one thread.
 *
 * <p>CSV and TSV need {@code org.apache.commons:commons-csv} on the class path; {@link Corpora#open(java.nio.file.Path,
 * CorpusOptions)} lists what the others need. Text is UTF-8.
 *
 * @since 0.1.0
 */
public final class RowFiles implements Iterable<Row> {

    private final List<CorpusFile> files;
    private final CorpusOptions options;
    private final RowLayout layout;

    private RowFiles(List<CorpusFile> files, CorpusOptions options, RowLayout layout) {
        this.files = files;
        this.options = options;
        this.layout = layout;
    }

    /**
     * Opens files whose names say what they hold.
     *
     * @param patterns files, or globs as {@link Corpora#open(List, CorpusOptions)} takes them; at least one
     * @param options the limits {@code maxDocumentBytes}, for one row, {@code toleratedBadLines} and {@code
     *     maxWindowLog}, and {@code root}; the rest is about text and must have its default
     * @throws CorpusException if a file is missing or cannot be read, or a pattern matches no file
     */
    public static RowFiles open(List<String> patterns, CorpusOptions options) {
        if (options.format() != CorpusOptions.Format.BY_NAME) {
            throw new IllegalArgumentException("format is " + options.format()
                    + ", which is about documents; choose the format of rows with RowFiles.format(...)");
        }
        List<CorpusFile> files = CorpusFiles.find(patterns, options.root().orElse(null));
        return new RowFiles(files, options, RowLayout.BY_NAME);
    }

    /** The same files, which hold this format whatever their names. */
    public RowFiles format(Format format) {
        return new RowFiles(files, options, new RowLayout(format, layout.columns(), layout.wanted()));
    }

    /**
     * The same files, of which CSV and TSV have no line with the names of their columns.
     *
     * @param columns those names, different from each other; empty if the first line has them
     */
    public RowFiles columns(List<String> columns) {
        return new RowFiles(files, options, new RowLayout(layout.format(), columns, layout.wanted()));
    }

    /**
     * The same files, of which only some fields are read.
     *
     * @param fields paths as {@link Row#value} takes them; empty for all
     */
    public RowFiles fields(Set<String> fields) {
        return new RowFiles(files, options, new RowLayout(layout.format(), layout.columns(), fields));
    }

    /** Starts a pass over all rows. */
    @Override
    public Pass iterator() {
        return new RowPass(files, options, layout);
    }

    /**
     * One pass. It holds an open file and closes it after the last row or an error; the caller closes a pass that ends
     * earlier. Throws as {@link DocumentIterator} does. Not thread-safe.
     *
     * @since 0.1.0
     */
    public sealed interface Pass extends Iterator<Row>, AutoCloseable permits RowPass {

        /**
         * Skips the row that {@link #next()} returned last, as a bad line.
         *
         * @throws CorpusException that problem, if no more bad lines are tolerated; the pass is then closed
         */
        void passOver(CorpusException problem);

        /** Bad lines that this pass has skipped so far, in order. */
        List<CorpusSummary.BadLine> badLines();

        /** Ends the pass; idempotent. There is no next row afterwards. */
        @Override
        void close();
    }

    /**
     * What files of rows hold.
     *
     * @since 0.1.0
     */
    public enum Format {
        /** By the names: .jsonl, .ndjson and .json are JSON; .parquet, .csv and .tsv are what they say. */
        BY_NAME,
        /** One JSON object per line, one JSON array of objects, or objects that begin with a line of their brace. */
        JSON,
        /** Parquet. */
        PARQUET,
        /** Fields between commas, in double quotes where needed (RFC 4180). */
        CSV,
        /** Fields between tabs, in double quotes where needed. */
        TSV
    }
}
