package org.rpt4j.core.reward;

import java.util.Arrays;
import java.util.OptionalInt;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TokenCodec;

/**
 * Ends a rollout with its thought: at the token that completes the first end marker, such as {@code </think>}. For
 * rewards that judge the thought alone, so that nothing is sampled that no reward depends on. The marker is found by id
 * if the tokenizer has it as a token of its own, otherwise by its bytes. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ThoughtEnd implements StopCondition {

    private final TokenCodec tokenizer;
    private final String marker;
    private final OptionalInt token;
    private final BytePattern bytes;

    /** @param marker the text that closes a thought */
    public ThoughtEnd(TokenCodec tokenizer, String marker) {
        this.tokenizer = tokenizer;
        this.marker = marker;
        this.token = ownToken(tokenizer, marker);
        this.bytes = new BytePattern(marker);
    }

    /** The tokenizer whose ids it reads. */
    public TokenCodec tokenizer() {
        return tokenizer;
    }

    /** The text that closes a thought. */
    public String marker() {
        return marker;
    }

    /** The id of a marker that is a token of its own: one that ordinary text never has. */
    private static OptionalInt ownToken(TokenCodec tokenizer, String marker) {
        int[] ids = tokenizer.encodeContinuation(marker);
        boolean own =
                ids.length == 1 && Arrays.stream(tokenizer.encode(marker)).noneMatch(textual -> textual == ids[0]);
        return own ? OptionalInt.of(ids[0]) : OptionalInt.empty();
    }

    /** Number of tokens up to the end of the first thought, its marker included; -1 if it does not end. */
    int in(int[] tokens) {
        Scanner scanner = newScanner();
        for (int i = 0; i < tokens.length; i++) {
            if (scanner.endsWith(tokens[i])) {
                return i + 1;
            }
        }
        return -1;
    }

    @Override
    public Scanner newScanner() {
        return token.isPresent() ? id -> id == token.getAsInt() : new TextScanner();
    }

    private final class TextScanner implements Scanner {

        private int matched;

        @Override
        public boolean endsWith(int id) {
            byte[] text = tokenizer.tokenBytes(id);
            if (text.length == 0) {
                matched = 0; // no token has this id, so it parts what stands around it
            }
            for (byte next : text) {
                matched = bytes.advance(matched, next);
                if (matched == bytes.length()) {
                    return true;
                }
            }
            return false;
        }
    }
}
