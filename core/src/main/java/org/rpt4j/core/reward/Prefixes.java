package org.rpt4j.core.reward;

import java.util.Arrays;

/** The one comparison that rewards are made of. */
final class Prefixes {

    private Prefixes() {}

    static boolean isPrefix(byte[] prefix, byte[] text) {
        return prefix.length <= text.length && Arrays.equals(prefix, 0, prefix.length, text, 0, prefix.length);
    }
}
