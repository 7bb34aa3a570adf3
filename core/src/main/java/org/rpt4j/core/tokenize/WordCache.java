package org.rpt4j.core.tokenize;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Ids of words met before. A slot holds one word, the last, in one array: a look-up waits for memory, and so takes what
 * it needs from one place. A race loses an entry and never mixes two. Thread-safe.
 */
final class WordCache {

    /** Longer words are rarely met again. */
    static final int MAX_WORD = 40;

    private static final int SLOTS = 1 << 16;

    // Of each word its length, its characters, and its ids.
    private final AtomicReferenceArray<int[]> entries = new AtomicReferenceArray<>(SLOTS);

    static int hash(String text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + text.charAt(i);
        }
        hash *= 0x9E3779B9;
        return hash >>> Integer.numberOfLeadingZeros(SLOTS) + 1;
    }

    /** The entry of a word, or null; its ids begin at {@link #firstId}. Do not modify it. */
    int @Nullable [] get(int hash, String text, int from, int to) {
        int[] entry = entries.getAcquire(hash);
        int length = to - from;
        if (entry == null || entry[0] != length) {
            return null;
        }
        for (int i = 0; i < length; i++) {
            if (entry[i + 1] != text.charAt(from + i)) {
                return null;
            }
        }
        return entry;
    }

    /** Where the ids of an entry begin. */
    static int firstId(int[] entry) {
        return entry[0] + 1;
    }

    /** Keeps a word with its ids, which are those of the buffer from an index on. */
    void put(int hash, String text, int from, int to, IdBuffer ids, int start) {
        int[] entry = new int[1 + to - from + ids.size() - start];
        entry[0] = to - from;
        for (int i = from; i < to; i++) {
            entry[1 + i - from] = text.charAt(i);
        }
        for (int i = start, at = firstId(entry); at < entry.length; i++, at++) {
            entry[at] = ids.get(i);
        }
        entries.setRelease(hash, entry);
    }
}
