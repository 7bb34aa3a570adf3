package org.rpt4j.core.reward;

import java.nio.charset.StandardCharsets;

/** A byte string to search for. Its first byte does not recur in it, so a scan never has to backtrack. */
enum BytePattern {
    BOX("\\boxed{"),
    THINK_END("</think>");

    private final byte[] bytes;

    BytePattern(String text) {
        this.bytes = text.getBytes(StandardCharsets.US_ASCII);
    }

    int length() {
        return bytes.length;
    }

    /** Number of matched bytes after one more byte, given the number before. */
    int advance(int matched, byte next) {
        int from = matched == bytes.length ? 0 : matched;
        if (bytes[from] == next) {
            return from + 1;
        }
        return bytes[0] == next ? 1 : 0;
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
