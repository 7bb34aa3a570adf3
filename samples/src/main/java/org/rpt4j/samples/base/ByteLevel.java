package org.rpt4j.samples.base;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The byte-level view of text introduced by GPT-2: chunks of bytes, with each byte written as a visible character. */
final class ByteLevel {

    private static final Pattern CHUNK = Pattern.compile(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            Pattern.UNICODE_CHARACTER_CLASS);
    private static final int BYTES = 256;
    private static final char[] LETTERS = letters();

    private ByteLevel() {}

    /** The 256 characters that represent the bytes, in the order of their code points. */
    static List<String> alphabet() {
        return String.valueOf(LETTERS)
                .chars()
                .sorted()
                .mapToObj(letter -> String.valueOf((char) letter))
                .toList();
    }

    /** Splits a text into the chunks that no token crosses, each written in the alphabet. */
    static List<String> chunks(String text) {
        List<String> chunks = new ArrayList<>();
        Matcher matcher = CHUNK.matcher(text);
        while (matcher.find()) {
            chunks.add(spell(matcher.group()));
        }
        return chunks;
    }

    /** Writes the UTF-8 bytes of a text in the alphabet. */
    static String spell(String text) {
        StringBuilder spelt = new StringBuilder();
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
            spelt.append(LETTERS[Byte.toUnsignedInt(value)]);
        }
        return spelt.toString();
    }

    /** Printable Latin-1 bytes represent themselves, the others become characters from U+0100 on. */
    private static char[] letters() {
        char[] letters = new char[BYTES];
        int moved = 0;
        for (int value = 0; value < BYTES; value++) {
            boolean visible =
                    value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE && value <= 0xFF;
            letters[value] = (char) (visible ? value : BYTES + moved++);
        }
        return letters;
    }
}
