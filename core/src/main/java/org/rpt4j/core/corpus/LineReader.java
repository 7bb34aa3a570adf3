package org.rpt4j.core.corpus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/**
 * Lines of a UTF-8 file with their numbers. Decoding is strict, line by line, so that an invalid byte is reported with
 * its line instead of being replaced. A byte order mark at the start is dropped.
 */
final class LineReader implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path file;
    private final InputStream input;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int limit;
    private long number;

    LineReader(Path file) {
        this.file = file;
        try {
            this.input = Files.newInputStream(file);
        } catch (IOException e) {
            throw new CorpusException("Corpus " + file + " cannot be opened: " + e, e);
        }
    }

    /** The next line with its line feed, or null at the end. */
    @Nullable String next() {
        try {
            line.reset();
            while (position < limit || fill()) {
                int start = position;
                while (position < limit && buffer[position] != '\n') {
                    position++;
                }
                boolean ended = position < limit;
                position += ended ? 1 : 0;
                line.write(buffer, start, position - start);
                if (ended) {
                    break;
                }
            }
        } catch (IOException e) {
            throw new CorpusException("Corpus " + at(number + 1) + " cannot be read: " + e, e);
        }
        if (line.size() == 0) {
            return null;
        }
        number++;
        return decode(line.toByteArray());
    }

    /** Number of the last line that was read, from 1. */
    long number() {
        return number;
    }

    /** A place to name in a message. */
    String at(long lineNumber) {
        return file + ", line " + lineNumber;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, input.read(buffer));
        return limit > 0;
    }

    private String decode(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new CorpusException(
                    "Corpus " + at(number) + " is not valid UTF-8 (" + e.getMessage() + "). Convert the file to UTF-8.",
                    e);
        }
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            throw new CorpusException("Corpus " + file + " cannot be closed: " + e, e);
        }
    }
}
