package org.rpt4j.inference;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * The tokens of a prediction: the tokenizer's own for its bytes as the continuation of a text. A marker such as {@code
 * <|endoftext|>} in a box is ordinary text, as it is in a corpus, so that a box cannot end the text or forge a turn.
 */
final class PredictedTokens {

    private final Tokenizer tokenizer;

    PredictedTokens(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * Encodes a prediction.
     *
     * @return empty if the bytes are no text, or if no tokens have exactly these bytes
     */
    Optional<int[]> of(byte[] prediction) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(prediction))
                    .toString();
            int[] tokens = tokenizer.encodeContinuedText(text);
            return Arrays.equals(tokenizer.bytes(tokens), prediction) ? Optional.of(tokens) : Optional.empty();
        } catch (CharacterCodingException | TokenizerException e) {
            return Optional.empty();
        }
    }
}
