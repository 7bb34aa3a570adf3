package org.rpt4j.api;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * Converts text to token ids and back in one model's vocabulary: the part of a tokenizer that rewards need.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public interface TokenCodec {

    /**
     * Token ids of a text. Markers such as {@code </think>} are encoded as ordinary text.
     *
     * @throws org.rpt4j.api.error.TokenizerException if the text cannot be encoded
     */
    int[] encode(String text);

    /**
     * Token ids of a text that continues other tokens, without the space that some tokenizers add at the start. Markers
     * become their own tokens.
     *
     * @throws org.rpt4j.api.error.TokenizerException if the text cannot be encoded
     */
    int[] encodeContinuation(String text);

    /** Raw bytes of the tokens, concatenated; a token may end inside a character. */
    byte[] bytes(int[] ids);

    /** Raw bytes of one token, which the caller leaves unchanged; empty for an unused id. */
    default byte[] tokenBytes(int id) {
        return bytes(new int[] {id});
    }

    /**
     * The text of the tokens for display: incomplete characters become U+FFFD. To compare tokens, use {@link #bytes}.
     */
    default String decode(int... ids) {
        return new String(bytes(ids), StandardCharsets.UTF_8);
    }

    /** The highest id of any token plus one. */
    int vocabularySize();

    /** The token that the model expects at the start of every sequence, if any. */
    OptionalInt beginOfText();

    /** The token that ends a text or a turn, if any. */
    OptionalInt endOfText();
}
