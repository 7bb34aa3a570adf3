package org.rpt4j.core.dataset;

import java.util.Arrays;

/**
 * Where the tasks of one side begin: blocks of places between the tasks, and in the heap only where each block begins.
 * Collected on one thread; then immutable and thread-safe.
 */
final class TaskIndex {

    private static final int BLOCK = 1 << 13;

    private final long[] pending = new long[BLOCK];
    private long[] blocks = new long[1];
    private int size;

    int size() {
        return size;
    }

    void add(StoreOutput out, long position) {
        pending[size % BLOCK] = position;
        size++;
        if (size % BLOCK == 0) {
            write(out, BLOCK);
        }
    }

    /** Writes the places that do not fill a block. */
    void end(StoreOutput out) {
        if (size % BLOCK != 0) {
            write(out, size % BLOCK);
        }
    }

    private void write(StoreOutput out, int count) {
        int block = (size - 1) / BLOCK;
        if (block == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * blocks.length);
        }
        blocks[block] = out.position();
        for (int i = 0; i < count; i++) {
            out.fixed(pending[i], Long.BYTES);
        }
    }

    /** Where a task begins, of which there is one. */
    long position(StoredBytes bytes, int task) {
        return new StoreCursor(bytes, blocks[task / BLOCK] + (long) (task % BLOCK) * Long.BYTES).fixed(Long.BYTES);
    }

    void writeBlocks(StoreOutput out) {
        out.number(size);
        for (int block = 0; block < blocks(size); block++) {
            out.fixed(blocks[block], Long.BYTES);
        }
    }

    static TaskIndex read(StoreCursor in) {
        TaskIndex read = new TaskIndex();
        long size = in.number();
        if (size < 0 || size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("there are said to be " + size + " tasks");
        }
        read.size = (int) size;
        read.blocks = new long[in.requireHeld(blocks(read.size), Long.BYTES)];
        for (int block = 0; block < read.blocks.length; block++) {
            read.blocks[block] = in.fixed(Long.BYTES);
        }
        return read;
    }

    private static int blocks(int size) {
        return (int) ((size + BLOCK - 1L) / BLOCK);
    }
}
