package org.rpt4j.core.corpus;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** A line as it stands in a file. */
final class Line {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String place;
    private final long number;
    private final byte @Nullable [] bytes;
    private final int limit;

    /**
     * @param place where, for messages
     * @param number counted from 1
     * @param bytes its bytes with the line feed; null if they are more than the limit
     * @param limit most bytes
     */
    Line(String place, long number, byte @Nullable [] bytes, int limit) {
        this.place = place;
        this.number = number;
        this.bytes = bytes;
        this.limit = limit;
    }

    /** Where, for messages. */
    String place() {
        return place;
    }

    /** Counted from 1. */
    long number() {
        return number;
    }

    /** Its bytes with the line feed; null if they are more than the limit. */
    byte @Nullable [] bytes() {
        return bytes;
    }

    /**
     * The text, with the line feed and without a byte order mark. Decoding is strict: an invalid byte is never
     * replaced.
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
