package org.rpt4j.core.tokenize;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The printable characters that byte-level vocabularies, since GPT-2, use for raw bytes: printable Latin-1 characters
 * represent themselves, and the other 68 bytes map in order to U+0100 and up.
 */
final class ByteLevelAlphabet {

    private static final int[] BYTE_OF = new int[0x100 + 68];
    private static final String[] LETTERS = new String[0x100];

    static {
        Arrays.fill(BYTE_OF, -1);
        int shifted = 0x100;
        for (int b = 0; b < 0x100; b++) {
            int letter = isPrintable(b) ? b : shifted++;
            BYTE_OF[letter] = b;
            LETTERS[b] = Character.toString(letter);
        }
    }

    private ByteLevelAlphabet() {}

    /** The character of a byte. */
    static String letter(int b) {
        return LETTERS[b];
    }

    /** The UTF-8 of a text in the characters of its bytes. */
    static String written(String text) {
        StringBuilder written = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            written.append(LETTERS[b & 0xFF]);
        }
        return written.toString();
    }

    /** The bytes of a piece, or null if it contains a character outside the alphabet. */
    static byte @Nullable [] bytes(String piece) {
        byte[] bytes = new byte[piece.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = piece.charAt(i);
            if (c >= BYTE_OF.length || BYTE_OF[c] < 0) {
                return null;
            }
            bytes[i] = (byte) BYTE_OF[c];
        }
        return bytes;
    }

    private static boolean isPrintable(int b) {
        return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
    }
}
