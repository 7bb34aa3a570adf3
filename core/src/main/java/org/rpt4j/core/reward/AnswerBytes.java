package org.rpt4j.core.reward;

import java.io.ByteArrayOutputStream;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * The bytes of sampled tokens, as boxes are looked for in them. An id that no token has is a byte that no text has, so it
 * is never part of a marker or of a right prediction, and never vanishes between two tokens. Stateless.
 */
final class AnswerBytes {

    private static final byte[] NO_TOKEN = {(byte) 0xff};

    private AnswerBytes() {}

    /** Whether a byte is white space of ASCII. */
    static boolean isBlank(byte value) {
        return value >= 0 && value <= ' ';
    }

    static byte[] of(Tokenizer tokenizer, int id) {
        byte[] bytes = tokenizer.tokenBytes(id);
        return bytes.length == 0 ? NO_TOKEN : bytes;
    }

    /** Those from an index on, concatenated. */
    static byte[] of(Tokenizer tokenizer, int[] ids, int from) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = from; i < ids.length; i++) {
            all.writeBytes(of(tokenizer, ids[i]));
        }
        return all.toByteArray();
    }
}
