package org.rpt4j.api;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * Text to token ids and back, in the vocabulary of one model: what a reward needs of a tokenizer. Thread-safe.
 */
public interface TokenCodec {

    /**
     * Ids of a text. Markers such as {@code </think>} in it are not recognised.
     *
     * @throws org.rpt4j.api.error.TokenizerException if the text cannot be encoded
     */
    int[] encode(String text);

    /**
     * Ids of a text that continues other tokens: without the space that some tokenizers put before a text. Markers are
     * recognised.
     *
     * @throws org.rpt4j.api.error.TokenizerException if the text cannot be encoded
     */
    int[] encodeContinuation(String text);

    /** Raw bytes of tokens, end to end; a token may end inside a character. */
    byte[] bytes(int[] ids);

    /** The text of tokens, for people: incomplete characters become U+FFFD. Compare {@link #bytes} instead. */
    default String decode(int... ids) {
        return new String(bytes(ids), StandardCharsets.UTF_8);
    }

    /** The highest id of any token plus one. */
    int vocabularySize();

    /** The token that the model wants at the start of every sequence, if it wants one. */
    OptionalInt beginOfText();

    /** The token that ends a text or a turn, if there is one. */
    OptionalInt endOfText();
}
