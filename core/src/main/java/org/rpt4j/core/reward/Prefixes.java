package org.rpt4j.core.reward;

import java.util.Arrays;

/** The byte comparison that all built-in rewards share. */
final class Prefixes {

    private Prefixes() {}

    static boolean isPrefix(byte[] prefix, byte[] text) {
        return prefix.length <= text.length && Arrays.equals(prefix, 0, prefix.length, text, 0, prefix.length);
    }
}
