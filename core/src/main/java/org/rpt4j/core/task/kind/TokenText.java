package org.rpt4j.core.task.kind;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TokenCodec;
import org.rpt4j.api.error.CorpusException;

/**
 * The text of tokens, in which a piece of text is found as a piece of the tokens. It is made of the tokens' own bytes, so
 * places agree also where a tokenizer changes a text before it encodes it.
 */
final class TokenText {

    private final String text;
    private final int[] byteOfChar;
    private final int[] byteOfToken;

    private TokenText(String text, int[] byteOfChar, int[] byteOfToken) {
        this.text = text;
        this.byteOfChar = byteOfChar;
        this.byteOfToken = byteOfToken;
    }

    /**
     * The text of a document's tokens.
     *
     * @throws CorpusException if they are not UTF-8 together
     */
    static TokenText of(TokenCodec tokenizer, TaskDocument document) {
        int[] tokens = document.tokens();
        int[] byteOfToken = new int[tokens.length + 1];
        for (int t = 0; t < tokens.length; t++) {
            byteOfToken[t + 1] = byteOfToken[t] + tokenizer.tokenBytes(tokens[t]).length;
        }
        String text;
        try {
            text = UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(tokenizer.bytes(tokens)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CorpusException(
                    "The tokens of document " + document.id() + " are not a text in UTF-8, so it has no sentences and"
                            + " words. Remove it from the corpus, or use the kind of tasks next-token.",
                    e);
        }
        int[] byteOfChar = new int[text.length() + 1];
        int at = 0;
        for (int c = 0; c < text.length(); c++) {
            byteOfChar[c] = at;
            at += Character.isHighSurrogate(text.charAt(c)) ? 0 : bytes(text.codePointAt(lead(text, c)));
        }
        byteOfChar[text.length()] = at;
        return new TokenText(text, byteOfChar, byteOfToken);
    }

    /** The first half of the pair whose second half stands at a place; the place itself for any other character. */
    private static int lead(String text, int c) {
        return Character.isLowSurrogate(text.charAt(c)) ? c - 1 : c;
    }

    private static int bytes(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /** All of it. */
    String text() {
        return text;
    }

    /** The pieces between the breaks that hold more than white space, without white space around them, in order. */
    List<Chars> pieces(BreakIterator breaks) {
        breaks.setText(text);
        List<Chars> pieces = new ArrayList<>();
        int from = breaks.first();
        for (int to = breaks.next(); to != BreakIterator.DONE; to = breaks.next()) {
            trimmed(from, to).ifPresent(pieces::add);
            from = to;
        }
        return pieces;
    }

    private Optional<Chars> trimmed(int from, int to) {
        int start = from;
        int end = to;
        while (start < end && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        return start == end ? Optional.empty() : Optional.of(new Chars(start, end));
    }

    /**
     * The tokens of a piece, with the white space that its first and last tokens hold; empty if one of them also holds a
     * part of a neighbour.
     */
    Optional<Span> tokens(Chars piece) {
        int from = byteOfChar[piece.from()];
        int to = byteOfChar[piece.to()];
        int first = tokenAt(from);
        int last = tokenAt(to - 1);
        boolean alone = isBlank(byteOfToken[first], from) && isBlank(to, byteOfToken[last + 1]);
        return alone ? Optional.of(new Span(first, last + 1)) : Optional.empty();
    }

    /** The token that holds a byte. */
    private int tokenAt(int at) {
        int low = 0;
        int high = byteOfToken.length - 2;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (byteOfToken[middle + 1] > at) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private boolean isBlank(int fromByte, int toByte) {
        int from = charAt(fromByte);
        int to = charAt(toByte);
        return byteOfChar[from] == fromByte
                && byteOfChar[to] == toByte
                && text.substring(from, to).chars().allMatch(Character::isWhitespace);
    }

    /** The first character whose byte is at or behind a place. */
    private int charAt(int at) {
        int low = 0;
        int high = text.length();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (byteOfChar[middle] >= at) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /**
     * A piece of the text.
     *
     * @param from its first character
     * @param to the character after its last one
     */
    record Chars(int from, int to) {}
}
