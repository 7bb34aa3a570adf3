package org.rpt4j.core.reward;

import java.nio.charset.StandardCharsets;

/** A byte string to search for, byte by byte (Knuth, Morris and Pratt 1977). Immutable. */
final class BytePattern {

    static final BytePattern BOX = new BytePattern(AnswerExtractor.BOX);

    private final byte[] bytes;
    /** {@code fallback[m]}: how many bytes still match when the byte after {@code m} matched ones is another. */
    private final int[] fallback;

    /** @param text at least one character */
    BytePattern(String text) {
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
        this.fallback = new int[bytes.length + 1];
        for (int matched = 1; matched < bytes.length; matched++) {
            fallback[matched + 1] = advance(fallback[matched], bytes[matched]);
        }
    }

    int length() {
        return bytes.length;
    }

    /** Number of matched bytes after one more byte, given the number before. */
    int advance(int matched, byte next) {
        int from = matched == bytes.length ? fallback[matched] : matched;
        while (from > 0 && bytes[from] != next) {
            from = fallback[from];
        }
        return bytes[from] == next ? from + 1 : 0;
    }

    /** Offset just after the last occurrence in {@code text[from ..]}, or -1. */
    int endOfLast(byte[] text, int from) {
        int end = -1;
        int matched = 0;
        for (int i = from; i < text.length; i++) {
            matched = advance(matched, text[i]);
            if (matched == bytes.length) {
                end = i + 1;
            }
        }
        return end;
    }
}
