package org.rpt4j.core.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * The first token of a document that may be predicted. The boundary is a place in the bytes of the whole text's tokens,
 * because the targets encoded alone may begin with other tokens: some tokenizers add a space before a text, some only
 * before a text that has none. A token with bytes from both sides of the boundary is context.
 */
final class TargetBoundary {

    private TargetBoundary() {}

    static int firstTarget(Document document, int[] tokens, Tokenizer tokenizer) {
        if (document.targetsFrom() == 0) {
            return 0;
        }
        int boundary = boundary(document, tokenizer.bytes(tokens), tokenizer);
        int first = 0;
        for (int start = 0; first < tokens.length && start < boundary; first++) {
            start += tokenizer.tokenBytes(tokens[first]).length;
        }
        return first;
    }

    /** Number of bytes of the tokens that come before the targets. */
    private static int boundary(Document document, byte[] encoded, Tokenizer tokenizer) {
        byte[] text = document.text().getBytes(UTF_8);
        int added = encoded.length - text.length;
        boolean unchanged = added >= 0
                && Arrays.equals(encoded, added, encoded.length, text, 0, text.length)
                && Arrays.equals(encoded, 0, added, " ".repeat(added).getBytes(UTF_8), 0, added);
        String context = document.text().substring(0, document.targetsFrom());
        return unchanged
                ? added + context.getBytes(UTF_8).length
                : afterNormalisation(
                        encoded,
                        tokenizer.bytes(tokenizer.encode(context)),
                        tokenizer.bytes(tokenizer.encode(document.text().substring(document.targetsFrom()))));
    }

    /**
     * The boundary in a text that the tokenizer changes. The context alone begins as the whole text does, so its bytes
     * are the first ones of the whole, unless a character at its end and one at the start of the targets become one.
     * That character is context.
     */
    private static int afterNormalisation(byte[] whole, byte[] context, byte[] targets) {
        int mismatch = Arrays.mismatch(whole, context);
        if (mismatch < 0 || mismatch == context.length) {
            return context.length;
        }
        int common = 0;
        int most = Math.min(whole.length - mismatch, targets.length);
        while (common < most && whole[whole.length - 1 - common] == targets[targets.length - 1 - common]) {
            common++;
        }
        int boundary = whole.length - common;
        while (boundary < whole.length && (whole[boundary] & 0xC0) == 0x80) {
            boundary++;
        }
        return boundary;
    }
}
