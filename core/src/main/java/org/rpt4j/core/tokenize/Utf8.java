package org.rpt4j.core.tokenize;

/** The bytes of single characters in UTF-8. Stateless. */
final class Utf8 {

    private Utf8() {}

    /** Number of bytes of a code point. */
    static int length(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /** The byte of a code point that holds the bits from {@code shift} on, a multiple of 6. */
    static int unit(int codePoint, int shift) {
        int length = length(codePoint);
        if (length == 1) {
            return codePoint;
        }
        boolean lead = shift == 6 * (length - 1);
        return lead ? 0xF00 >> length & 0xFF | codePoint >> shift : 0x80 | codePoint >> shift & 0x3F;
    }

    /** Whether a text has half a surrogate pair, which has no bytes. */
    static boolean hasUnpairedSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }
}
