package org.rpt4j.core.corpus;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/**
 * Reads JSON objects as rows: one per line, where the row's number is that of its line, or all in one array, or written
 * over several lines each.
 */
final class JsonRows implements FileReader<Row> {

    /** No object on one line begins like this. */
    private static final String SPREAD = "{\n";

    private static final int BUFFER_BYTES = 1 << 16;

    private final CorpusFile file;
    private final LineReader lines;
    private final RowLayout layout;
    private final BadLines bad;

    private JsonRows(CorpusFile file, LineReader lines, RowLayout layout, BadLines bad) {
        this.file = file;
        this.lines = lines;
        this.layout = layout;
        this.bad = bad;
    }

    /** Opens a reader; the beginning decides between an array, objects that span lines, and lines. */
    static FileReader<Row> open(
            CorpusFile file, InputStream content, CorpusOptions options, RowLayout layout, BadLines bad) {
        BufferedInputStream buffered = new BufferedInputStream(content, BUFFER_BYTES);
        try {
            String begin = beginning(buffered);
            return begin.startsWith("[") || begin.equals(SPREAD)
                    ? new JsonObjectRows(file, buffered, options, layout, bad, begin.startsWith("["))
                    : new JsonRows(file, new LineReader(file, buffered, options.maxDocumentBytes()), layout, bad);
        } catch (IOException e) {
            closeAfter(buffered, e);
            throw new CorpusException(
                    "Corpus " + file.path() + " cannot be read: " + e + ". Check that the file is complete.", e);
        } catch (RuntimeException e) {
            closeAfter(buffered, e);
            throw e;
        }
    }

    private static void closeAfter(InputStream content, Exception error) {
        try {
            content.close();
        } catch (IOException second) {
            error.addSuppressed(second);
        }
    }

    @Override
    public @Nullable Row read() {
        for (Line line = lines.next(); line != null; line = lines.next()) {
            try {
                String text = line.text();
                if (!text.isBlank()) {
                    String place = line.place();
                    return new Row(
                            file.name(),
                            line.number(),
                            place,
                            JsonLine.read(text, place, json -> JsonValues.fields(json, layout, place)));
                }
            } catch (CorpusException e) {
                bad.passOver(file, line.number(), e);
            }
        }
        return null;
    }

    @Override
    public void close() {
        lines.close();
    }

    /**
     * The first character behind white space and a byte order mark, and, of an object that does not go on in its line,
     * the end of that line; reads nothing.
     */
    private static String beginning(BufferedInputStream content) throws IOException {
        content.mark(BUFFER_BYTES);
        int next = content.read();
        int count = 1;
        for (; count < BUFFER_BYTES && next >= 0 && (next <= ' ' || next >= 0x80); count++) {
            next = content.read();
        }
        String begin = next < 0 ? "" : String.valueOf((char) next);
        for (next = content.read(); count < BUFFER_BYTES - 1 && isBlank(next); count++) {
            next = content.read();
        }
        content.reset();
        return next == '\n' ? begin + "\n" : begin;
    }

    private static boolean isBlank(int character) {
        return character == ' ' || character == '\t' || character == '\r';
    }
}
