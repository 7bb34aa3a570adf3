package org.rpt4j.core.tokenize;

import java.util.Arrays;

/** A map from non-negative {@code long} keys to non-negative {@code int} values, by open addressing. */
final class LongIntMap {

    /** What {@link #get} returns for a key that is not there. */
    static final int ABSENT = -1;

    private long[] keys;
    private int[] values;
    private int size;

    LongIntMap(int expected) {
        int capacity = Integer.highestOneBit(Math.max(8, Math.min(expected, 1 << 28))) * 4;
        keys = new long[capacity];
        values = new int[capacity];
        Arrays.fill(keys, ABSENT);
    }

    /** A key of two non-negative ints. */
    static long key(int high, int low) {
        return (long) high << 32 | low;
    }

    int get(long key) {
        int mask = keys.length - 1;
        int slot = slot(key, mask);
        while (keys[slot] != key) {
            if (keys[slot] == ABSENT) {
                return ABSENT;
            }
            slot = slot + 1 & mask;
        }
        return values[slot];
    }

    /** Sets a value; an earlier one of the same key is replaced. */
    void put(long key, int value) {
        if (size * 2 >= keys.length) {
            grow();
        }
        if (insert(keys, values, key, value)) {
            size++;
        }
    }

    private void grow() {
        long[] wider = new long[keys.length * 2];
        int[] moved = new int[wider.length];
        Arrays.fill(wider, ABSENT);
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != ABSENT) {
                insert(wider, moved, keys[i], values[i]);
            }
        }
        keys = wider;
        values = moved;
    }

    private static boolean insert(long[] keys, int[] values, long key, int value) {
        int mask = keys.length - 1;
        int slot = slot(key, mask);
        while (keys[slot] != ABSENT && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        boolean added = keys[slot] == ABSENT;
        keys[slot] = key;
        values[slot] = value;
        return added;
    }

    private static int slot(long key, int mask) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32 ^ mixed >>> 49) & mask;
    }
}
