package org.rpt4j.core.corpus;

import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.rpt4j.api.error.CorpusException;

/**
 * How rows lie in files.
 *
 * @param format what the files hold
 * @param columns names of the columns of a table without a line for them; empty if its first line has them
 * @param wanted paths of the fields to read; empty for all
 */
record RowLayout(RowFiles.Format format, List<String> columns, Set<String> wanted) {

    static final RowLayout BY_NAME = new RowLayout(RowFiles.Format.BY_NAME, List.of(), Set.of());

    private static final Map<String, RowFiles.Format> SUFFIXES = Map.of(
            ".jsonl", RowFiles.Format.JSON,
            ".ndjson", RowFiles.Format.JSON,
            ".json", RowFiles.Format.JSON,
            ".parquet", RowFiles.Format.PARQUET,
            ".csv", RowFiles.Format.CSV,
            ".tsv", RowFiles.Format.TSV,
            ".tab", RowFiles.Format.TSV);

    RowLayout {
        columns = List.copyOf(columns);
        wanted = Set.copyOf(wanted);
        if (new HashSet<>(columns).size() < columns.size()) {
            throw new IllegalArgumentException("columns " + columns + " has a name twice");
        }
    }

    /** Opens the reader of a file. */
    FileReader<Row> open(CorpusFile file, CorpusOptions options, BadLines bad) {
        String name = file.name().toLowerCase(Locale.ROOT);
        Compression compression = Compression.of(name);
        RowFiles.Format kind = format == RowFiles.Format.BY_NAME ? byName(file, compression.without(name)) : format;
        return switch (kind) {
            case PARQUET -> OptionalLibrary.PARQUET.use(file.path(), () -> new ParquetRows(file, options, this, bad));
            case CSV -> table(file, file.content(compression, options), options, bad, ',');
            case TSV -> table(file, file.content(compression, options), options, bad, '\t');
            case JSON, BY_NAME -> JsonRows.open(file, file.content(compression, options), options, this, bad);
        };
    }

    /** Whether a field of a row is read: one whose name begins a wanted path. */
    boolean wants(String field) {
        return wanted.isEmpty() || wanted.stream().anyMatch(path -> path.equals(field) || path.startsWith(field + "."));
    }

    private FileReader<Row> table(
            CorpusFile file, InputStream content, CorpusOptions options, BadLines bad, char separator) {
        return OptionalLibrary.CSV.use(
                file.path(), () -> new TableRows(file, content, options.maxDocumentBytes(), this, bad, separator));
    }

    private static RowFiles.Format byName(CorpusFile file, String name) {
        String suffix = name.substring(Math.max(0, name.lastIndexOf('.')));
        RowFiles.Format format = SUFFIXES.get(suffix);
        if (format == null) {
            throw new CorpusException("Corpus " + file.path() + " has no name of a file with rows: "
                    + String.join(", ", SUFFIXES.keySet().stream().sorted().toList())
                    + ", plain or compressed as .gz, .zst, .bz2 or .xz. Rename it, or set its format.");
        }
        return format;
    }
}
