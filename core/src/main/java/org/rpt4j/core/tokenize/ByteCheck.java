package org.rpt4j.core.tokenize;

import org.rpt4j.api.error.TokenizerException;

/** Requires that the bytes of tokens are the UTF-8 of their text. Thread-safe. */
final class ByteCheck {

    private static final int SHOWN = 40;

    private final Vocabulary vocabulary;

    ByteCheck(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /**
     * Compares the ids from an index on with a normalised text.
     *
     * @param first whether the tokens may have one more space at the start
     * @throws TokenizerException if they differ
     */
    void requireSame(String text, IdBuffer ids, int start, boolean first) {
        Bytes expected = new Bytes(text);
        int count = ids.size();
        for (int i = start; i < count; i++) {
            byte[] token = vocabulary.bytes(ids.get(i));
            if (expected.takesPlain(token)) {
                continue;
            }
            boolean added = first && i == start && token.length > 0 && token[0] == ' ' && expected.peek() != ' ';
            for (int k = added ? 1 : 0; k < token.length; k++) {
                if (expected.next() != (token[k] & 0xFF)) {
                    throw differs(text, expected.at, ids.get(i));
                }
            }
        }
        if (expected.peek() >= 0) {
            throw differs(text, expected.at, -1);
        }
    }

    private TokenizerException differs(String text, int at, int id) {
        String found = id < 0 ? "no token" : "token " + id + " \"" + vocabulary.text(id) + "\"";
        return new TokenizerException("tokenizer.json does not keep the text: at character " + at + ", before \""
                + text.substring(at, Math.min(text.length(), at + SHOWN)) + "\", it has " + found
                + ", so tokens and text have different bytes. Use a tokenizer that loses nothing.");
    }

    /** The UTF-8 of a text, byte by byte. */
    private final class Bytes {

        private final String text;
        private int at;
        private int position;
        private int codePoint;
        private int shift = -1;

        Bytes(String text) {
            this.text = text;
        }

        /** The byte to come, or -1 at the end. */
        int peek() {
            if (shift >= 0) {
                return 0x80 | codePoint >> shift & 0x3F;
            }
            if (position == text.length()) {
                return -1;
            }
            int c = vocabulary.spaces() && text.charAt(position) == PieceCoding.SPACE
                    ? ' '
                    : text.codePointAt(position);
            int length = Utf8.length(c);
            return Utf8.unit(c, 6 * (length - 1));
        }

        /** Passes over a token whose bytes are ASCII and come next. Nothing is passed over if they are not. */
        boolean takesPlain(byte[] token) {
            int end = position + token.length;
            if (shift >= 0 || end > text.length()) {
                return false;
            }
            for (int i = 0; i < token.length; i++) {
                if (token[i] < 0 || text.charAt(position + i) != token[i]) {
                    return false;
                }
            }
            at = Math.max(at, end - 1);
            position = end;
            return true;
        }

        int next() {
            int unit = peek();
            if (shift >= 0) {
                shift -= 6;
            } else if (unit >= 0) {
                at = position;
                codePoint = text.codePointAt(position);
                position += Character.charCount(codePoint);
                shift = unit < 0x80 ? -1 : 6 * (Utf8.length(codePoint) - 2);
            }
            return unit;
        }
    }
}
