package org.rpt4j.core.tokenize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects token ids in blocks, so that a long text is not copied again and again. Not thread-safe. */
final class IdBuffer {

    private static final int FIRST = 64;
    private static final int BITS = 14;
    private static final int BLOCK = 1 << BITS;

    private final List<int[]> blocks = new ArrayList<>();
    private int[] last = new int[FIRST];
    private int used;

    void add(int id) {
        if (used == last.length) {
            if (used < BLOCK) {
                last = Arrays.copyOf(last, used * 4);
            } else {
                blocks.add(last);
                last = new int[BLOCK];
                used = 0;
            }
        }
        last[used++] = id;
    }

    int get(int index) {
        int block = index >> BITS;
        return (block < blocks.size() ? blocks.get(block) : last)[index & BLOCK - 1];
    }

    int size() {
        return Math.addExact(Math.multiplyExact(blocks.size(), BLOCK), used);
    }

    int[] toArray() {
        int[] all = new int[size()];
        for (int i = 0; i < blocks.size(); i++) {
            System.arraycopy(blocks.get(i), 0, all, i * BLOCK, BLOCK);
        }
        System.arraycopy(last, 0, all, blocks.size() * BLOCK, used);
        return all;
    }
}
