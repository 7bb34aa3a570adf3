package org.rpt4j.answers;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.RowFiles;

/**
 * Questions in files: JSON lines, a JSON array, Parquet, CSV or TSV, plain or compressed. Every call to
 * {@link #iterator()} starts at the first question and reads lazily. Immutable and thread-safe; each iterator belongs
 * to one thread.
 *
 * <p>A row without a question or an answer, with an answer that is none of its choices, or with the id of an earlier
 * row is a bad row: reported with file and row, and skipped while {@code toleratedBadLines} allows it.
 *
 * @since 0.1.0
 */
public final class QuestionFiles implements Iterable<Question> {

    private final RowFiles rows;
    private final QuestionReader reader;

    private QuestionFiles(RowFiles rows, QuestionReader reader) {
        this.rows = rows;
        this.reader = reader;
    }

    /**
     * Opens files.
     *
     * @param patterns files or globs, as {@link RowFiles#open} takes them; at least one
     * @throws org.rpt4j.api.error.CorpusException if a file is missing or cannot be read, or a pattern matches no file
     */
    public static QuestionFiles open(List<String> patterns, QuestionOptions options) {
        Set<String> fields = new LinkedHashSet<>(options.choicesFields());
        fields.addAll(List.of(options.questionField(), options.answerField()));
        for (String field : List.of(options.categoryField(), options.idField())) {
            if (!field.isEmpty()) {
                fields.add(field);
            }
        }
        RowFiles rows = RowFiles.open(patterns, options.limits())
                .format(options.format())
                .columns(options.columns())
                .fields(fields);
        return new QuestionFiles(rows, new QuestionReader(options));
    }

    /** Opens one file; wildcards in its name are not looked at. */
    public static QuestionFiles open(Path file, QuestionOptions options) {
        return open(List.of(file.toString()), options);
    }

    /** Starts a pass over all questions. */
    @Override
    public Pass iterator() {
        return new QuestionPass(rows.iterator(), reader);
    }

    /**
     * One pass. It holds an open file and closes it after the last question or an error; the caller closes a pass that
     * ends earlier. {@code hasNext} and {@code next} throw {@link org.rpt4j.api.error.CorpusException} at a bad row
     * that is not tolerated. Not thread-safe.
     *
     * @since 0.1.0
     */
    public sealed interface Pass extends Iterator<Question>, AutoCloseable permits QuestionPass {

        /** Bad rows that this pass has skipped so far, in order. */
        List<CorpusSummary.BadLine> badRows();

        /**
         * Skips the question that {@link #next()} returned last, as a bad row.
         *
         * @throws org.rpt4j.api.error.CorpusException with this text, if no more bad rows are tolerated; the pass is
         *     then closed
         */
        void passOver(String problem);

        /** Ends the pass; idempotent. There is no next question afterwards. */
        @Override
        void close();
    }
}
