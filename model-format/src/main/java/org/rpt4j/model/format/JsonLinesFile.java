package org.rpt4j.model.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.RptException;

/**
 * Reads a file of one JSON object per line, each checked as {@link JsonFields} does; messages name the line. Not
 * thread-safe.
 *
 * @since 0.1.0
 */
public final class JsonLinesFile implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 16;

    private final String file;
    private final int maxLineBytes;
    private final JsonFields.Refusal refusal;
    private final InputStream input;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int filled;
    private long number;
    private boolean ended;

    /**
     * Opens a file.
     *
     * @param maxLineBytes maximum length of a line
     * @param refusal creates every error of this reader
     * @throws RptException of that kind, if it is missing, no plain file, or cannot be opened
     */
    public JsonLinesFile(Path file, int maxLineBytes, JsonFields.Refusal refusal) {
        this(file.toString(), open(file, refusal), maxLineBytes, refusal);
    }

    /**
     * Reads a stream, and closes it in the end.
     *
     * @param file its name, for messages
     * @param maxLineBytes maximum length of a line
     * @param refusal creates every error of this reader
     */
    public JsonLinesFile(String file, InputStream input, int maxLineBytes, JsonFields.Refusal refusal) {
        this.file = file;
        this.input = input;
        this.maxLineBytes = maxLineBytes;
        this.refusal = refusal;
    }

    private static InputStream open(Path file, JsonFields.Refusal refusal) {
        try {
            return PlainFiles.open(file);
        } catch (NoSuchFileException e) {
            throw refusal.of("there is no file " + file, e);
        } catch (IOException e) {
            throw refusal.of(file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * The next line; null at the end of the file.
     *
     * @throws RptException if it is too long, no JSON object, or cannot be read
     */
    public @Nullable JsonFields next() {
        return readLine() ? JsonFields.parse(line.toByteArray(), where(), refusal) : null;
    }

    /**
     * The next line that has its line feed; null at the end of the file. A process that was killed may leave a last line
     * without one.
     *
     * @throws RptException if it is too long, no JSON object, or cannot be read
     */
    public @Nullable JsonFields nextComplete() {
        return readLine() && ended ? JsonFields.parse(line.toByteArray(), where(), refusal) : null;
    }

    /** The number of the last line that was read, from 1; 0 before the first. */
    public long number() {
        return number;
    }

    /** The file and the last line that was read, for messages. */
    public String where() {
        return file + ", line " + number;
    }

    private boolean readLine() {
        line.reset();
        ended = false;
        try {
            if (position == filled && !fill()) {
                return false;
            }
            number++;
            do {
                int start = position;
                while (position < filled && buffer[position] != '\n') {
                    position++;
                }
                if (line.size() > maxLineBytes - (position - start)) {
                    throw refusal.of(where() + " is longer than " + maxLineBytes + " bytes", null);
                }
                line.write(buffer, start, position - start);
                if (position < filled) {
                    position++;
                    ended = true;
                    return true;
                }
            } while (fill());
            return true;
        } catch (IOException e) {
            throw refusal.of(file + " cannot be read after line " + number + ": " + e, e);
        }
    }

    private boolean fill() throws IOException {
        position = 0;
        filled = Math.max(0, input.read(buffer));
        return filled > 0;
    }

    /**
     * Closes the file.
     *
     * @throws RptException if that fails
     */
    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            throw refusal.of(file + " cannot be closed: " + e, e);
        }
    }
}
