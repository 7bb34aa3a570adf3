package org.rpt4j.core.tokenize;

import org.jspecify.annotations.Nullable;

/** Ids of words met before. A slot holds one word, the last; a race loses an entry and never mixes two. Thread-safe. */
final class WordCache {

    /** Longer words are rarely met again. */
    static final int MAX_WORD = 40;

    private static final int SLOTS = 1 << 15;

    /** Its fields are final, so whoever sees it sees it whole. */
    private static final class Entry {

        final String word;
        final int[] ids;

        Entry(String word, int[] ids) {
            this.word = word;
            this.ids = ids;
        }
    }

    private final @Nullable Entry[] entries = new Entry[SLOTS];

    static int hash(String text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + text.charAt(i);
        }
        hash *= 0x9E3779B9;
        return hash >>> Integer.numberOfLeadingZeros(SLOTS) + 1;
    }

    /** The ids of a word, or null; do not modify them. */
    int @Nullable [] get(int hash, String text, int from, int to) {
        Entry entry = entries[hash];
        return entry != null && entry.word.length() == to - from && text.startsWith(entry.word, from)
                ? entry.ids
                : null;
    }

    void put(int hash, String word, int[] ids) {
        entries[hash] = new Entry(word, ids);
    }
}
