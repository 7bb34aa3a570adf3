package org.rpt4j.spark;

import java.nio.ByteBuffer;
import org.rpt4j.api.TokenCodec;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.Sha256;

/**
 * The tokenizer beside a model.
 *
 * @param tokenizer open
 * @param vocabulary hash of its vocabulary
 */
record HashedTokenizer(Tokenizer tokenizer, String vocabulary) {

    static HashedTokenizer of(Tokenizer tokenizer) {
        return new HashedTokenizer(tokenizer, vocabulary(tokenizer));
    }

    /** SHA-256 over the bytes of every token, with their lengths. */
    static String vocabulary(TokenCodec tokenizer) {
        Sha256 hash = new Sha256();
        for (int id = 0; id < tokenizer.vocabularySize(); id++) {
            byte[] bytes = tokenizer.tokenBytes(id);
            hash.add(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length).array());
            hash.add(bytes);
        }
        return hash.hex();
    }

    /**
     * The tokenizer, which must have the vocabulary of the driver's.
     *
     * @throws TokenizerException if it has another
     */
    Tokenizer require(String expected) {
        if (!vocabulary.equals(expected)) {
            throw new TokenizerException("the tokenizer beside the model has another vocabulary than that of the stop"
                    + " condition. Make the stop condition with the tokenizer of the model.");
        }
        return tokenizer;
    }
}
