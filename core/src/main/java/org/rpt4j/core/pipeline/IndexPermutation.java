package org.rpt4j.core.pipeline;

import org.rpt4j.api.CounterRandom;

/**
 * A pseudo-random order of the numbers from 0 to n - 1, computed place by place in constant time and memory: a Feistel
 * network over a rectangle of at least n cells, whose results beyond n are put through it again until one lies within
 * (cycle walking; Black and Rogaway 2002, "Ciphers with Arbitrary Finite Domains"). Immutable and thread-safe.
 */
final class IndexPermutation {

    /** So many that even the orders of four numbers differ in probability by less than one in a million. */
    private static final int ROUNDS = 24;

    private final int size;
    private final int rows;
    private final int columns;
    private final long[] keys = new long[ROUNDS];

    /**
     * @param size n, at least 1
     * @param key which of the orders
     */
    IndexPermutation(int size, long... key) {
        if (size < 1) {
            throw new IllegalArgumentException("size is " + size + ", must be positive");
        }
        this.size = size;
        // an even number of rows: odd permutations come up as well as even ones
        this.rows = 2 * (int) Math.ceil(Math.sqrt(size) / 2);
        this.columns = (size - 1) / rows + 1;
        long base = CounterRandom.bits(key);
        for (int round = 0; round < ROUNDS; round++) {
            keys[round] = CounterRandom.bits(base, round);
        }
    }

    /**
     * The number at a place.
     *
     * @param place from 0 to n - 1
     */
    int at(int place) {
        if (place < 0 || place >= size) {
            throw new IndexOutOfBoundsException("place is " + place + " of " + size);
        }
        long cell = place;
        do {
            cell = permuted(cell);
        } while (cell >= size);
        return (int) cell;
    }

    private long permuted(long cell) {
        int row = (int) (cell / columns);
        int column = (int) (cell % columns);
        for (int round = 0; round < ROUNDS; round += 2) {
            row = (row + CounterRandom.below(rows, keys[round], column)) % rows;
            column = (column + CounterRandom.below(columns, keys[round + 1], row)) % columns;
        }
        return (long) row * columns + column;
    }
}
