package org.rpt4j.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/**
 * Reads the rows of a CSV or TSV file; the first line names the columns, unless the application does. A row has as many
 * fields as there are columns. Where a quote is never closed the pass ends, because where the next row begins would be a
 * guess.
 */
final class TableRows implements FileReader<Row> {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final CorpusFile file;
    private final RowLayout layout;
    private final BadLines bad;
    private final RowBudget budget;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final List<String> columns;
    private long row;

    TableRows(CorpusFile file, InputStream content, int limit, RowLayout layout, BadLines bad, char separator) {
        this.file = file;
        this.layout = layout;
        this.bad = bad;
        this.budget = new RowBudget(limit);
        try {
            PushbackReader text = new PushbackReader(new InputStreamReader(
                    content,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)));
            int first = text.read();
            if (first >= 0 && first != BYTE_ORDER_MARK) {
                text.unread(first);
            }
            CSVFormat format =
                    CSVFormat.DEFAULT.builder().setDelimiter(separator).get();
            this.parser = format.parse(budget.of(text, this::place));
            this.records = parser.iterator();
            this.columns = layout.columns().isEmpty() ? header() : layout.columns();
        } catch (IOException e) {
            throw closedAfter(content, unreadable(e));
        } catch (RuntimeException e) {
            throw closedAfter(content, e);
        }
    }

    @Override
    public @Nullable Row read() {
        for (CSVRecord record = next(); record != null; record = next()) {
            row++;
            try {
                return row(record);
            } catch (CorpusException e) {
                bad.passOver(file, row, e);
            }
        }
        return null;
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw new CorpusException("Corpus " + file.path() + " cannot be closed: " + e, e);
        }
    }

    private @Nullable CSVRecord next() {
        try {
            budget.startRow();
            return records.hasNext() ? records.next() : null;
        } catch (UncheckedIOException e) {
            throw unreadable(e.getCause() == null ? new IOException(e) : e.getCause());
        }
    }

    private Row row(CSVRecord record) {
        if (record.size() != columns.size()) {
            throw new CorpusException("Corpus " + place() + " has " + record.size() + " fields for the "
                    + columns.size() + " columns " + columns + ". Quote a field that has the separator in it.");
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            if (layout.wants(columns.get(i))) {
                values.put(columns.get(i), record.get(i));
            }
        }
        return new Row(file.name(), row, place(), values);
    }

    /** The names of the first line; a column without a name, as pandas writes its index, is called by its place. */
    private List<String> header() {
        CSVRecord first = next();
        List<String> names = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (int i = 0; first != null && i < first.size(); i++) {
            String name =
                    first.get(i).isBlank() ? "column " + (i + 1) : first.get(i).strip();
            if (!known.add(name)) {
                throw new CorpusException("Corpus " + file.path() + " has two columns \"" + name
                        + "\" in its first line. If that line is a row, name the columns yourself.");
            }
            names.add(name);
        }
        return List.copyOf(names);
    }

    private CorpusException unreadable(IOException e) {
        return new CorpusException(
                "Corpus " + file.path() + " cannot be read as a table of UTF-8 text after row " + row + ": "
                        + e.getMessage() + ". Check its quotes and its encoding.",
                e);
    }

    private static <T extends RuntimeException> T closedAfter(InputStream content, T error) {
        try {
            content.close();
        } catch (IOException second) {
            error.addSuppressed(second);
        }
        return error;
    }

    private String place() {
        return file.path() + ", row " + row;
    }
}
