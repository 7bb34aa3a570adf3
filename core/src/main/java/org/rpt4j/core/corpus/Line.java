package org.rpt4j.core.corpus;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** A raw line of a file. */
final class Line {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String place;
    private final long number;
    private final long start;
    private final byte @Nullable [] bytes;
    private final int limit;

    /**
     * @param place location, for messages
     * @param number line number, from 1
     * @param start bytes of the content before the line
     * @param bytes bytes of the line with its line feed; null if the line is longer than the limit
     * @param limit maximum number of bytes
     */
    Line(String place, long number, long start, byte @Nullable [] bytes, int limit) {
        this.place = place;
        this.number = number;
        this.start = start;
        this.bytes = bytes;
        this.limit = limit;
    }

    /** Location, for messages. */
    String place() {
        return place;
    }

    /** Line number, from 1. */
    long number() {
        return number;
    }

    /** Bytes of the content before the line. */
    long start() {
        return start;
    }

    /** Bytes of the line with its line feed; null if the line is longer than the limit. */
    byte @Nullable [] bytes() {
        return bytes;
    }

    /**
     * The text, with the line feed and without a byte order mark. Decoding is strict: invalid bytes are never replaced.
     *
     * @throws CorpusException if the line is too long or not UTF-8
     */
    String text() {
        if (bytes == null) {
            throw new CorpusException("Corpus " + place + " is longer than " + limit
                    + " bytes. Split the document, or raise maxDocumentBytes.");
        }
        try {
            String text = decode(bytes);
            return number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new CorpusException(
                    "Corpus " + place + " is not valid UTF-8 (" + e.getMessage() + "). Convert the file to UTF-8.", e);
        }
    }

    static String decode(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }
}
