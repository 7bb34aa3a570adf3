package org.rpt4j.core.corpus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** Reads the lines of a file with their numbers. A line longer than the limit is read to its end and dropped. */
final class LineReader implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 16;

    private final CorpusFile file;
    private final InputStream input;
    private final int limit;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int filled;
    private long number;
    private long before;

    LineReader(CorpusFile file, InputStream input, int limit) {
        this.file = file;
        this.input = input;
        this.limit = limit;
    }

    /** Bytes of the content before the next line. */
    long offset() {
        return before + position;
    }

    /** Lines before the next one. */
    long number() {
        return number;
    }

    /** Passes over the beginning of the file before any line is read. */
    void skip(long bytes, long lines) {
        try {
            input.skipNBytes(bytes);
            before = bytes;
            number = lines;
        } catch (IOException e) {
            throw new CorpusException(
                    "Corpus " + file.at(lines) + " cannot be read: " + e + ". Did the file change?", e);
        }
    }

    /** The next line, or null at the end. */
    @Nullable
    Line next() {
        try {
            if (position == filled && !fill()) {
                return null;
            }
            number++;
            long start = offset();
            boolean fits = readLine();
            byte[] bytes = fits ? line.toByteArray() : null;
            line.reset();
            return new Line(file.at(number), number, start, bytes, limit);
        } catch (IOException e) {
            throw new CorpusException(
                    "Corpus " + file.at(number + 1) + " cannot be read: " + e + ". Check that the file is complete.",
                    e);
        }
    }

    /** Reads to the end of the line and returns whether it is within the limit. */
    private boolean readLine() throws IOException {
        boolean fits = true;
        do {
            int start = position;
            while (position < filled && buffer[position] != '\n') {
                position++;
            }
            boolean ended = position < filled;
            position += ended ? 1 : 0;
            if (line.size() > limit - (position - start)) {
                fits = false;
                line = new ByteArrayOutputStream();
            } else if (fits) {
                line.write(buffer, start, position - start);
            }
            if (ended) {
                return fits;
            }
        } while (fill());
        return fits;
    }

    private boolean fill() throws IOException {
        Interruption.check(file.path());
        before += filled;
        position = 0;
        filled = Math.max(0, input.read(buffer));
        return filled > 0;
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            throw new CorpusException("Corpus " + file.path() + " cannot be closed: " + e, e);
        }
    }
}
