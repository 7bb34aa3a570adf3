package org.rpt4j.backend.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.error.BackendMemoryException;

/**
 * Keys and values of running sequences, which the graph reads and extends in place: the same memory is its past and its
 * present. One buffer per layer and kind, [rows, heads, capacity, width]; rows in use come first, so any leading rows
 * form a tensor. Not thread-safe.
 */
final class KvCache {

    /**
     * Keys or values of one layer.
     *
     * @param past name of the input
     * @param present name of the output
     * @param heads key and value heads
     * @param width components of a head
     */
    record Slot(String past, String present, int heads, int width) {}

    private static final int LEAST_CAPACITY = 64;

    private final List<Slot> slots;
    private final int contextLength;
    private final List<FloatBuffer> buffers = new ArrayList<>();
    private int rows;
    private int capacity;
    private int most;

    KvCache(List<Slot> slots, int contextLength) {
        this.slots = slots;
        this.contextLength = contextLength;
        this.most = contextLength;
    }

    /** Keys and values of every layer. */
    List<Slot> slots() {
        return slots;
    }

    /** Declares that no row will exceed this number of positions from now on. */
    void bound(long positions) {
        most = (int) Math.min(contextLength, positions);
    }

    /** Returns the successive capacities of a cache until it holds {@code most} positions. */
    static List<Integer> sizesUpTo(int first, int most) {
        List<Integer> sizes = new ArrayList<>(List.of(grown(0, first, most)));
        while (sizes.get(sizes.size() - 1) < most) {
            int last = sizes.get(sizes.size() - 1);
            sizes.add(grown(last, last + 1, most));
        }
        return sizes;
    }

    /** Grows by half, so that a growing sequence is copied a bounded number of times. */
    private static int grown(int capacity, int wanted, int most) {
        int larger = Math.max(LEAST_CAPACITY, capacity + capacity / 2);
        return Math.max(wanted, Math.min(larger, most));
    }

    /**
     * Grows the cache and keeps its contents.
     *
     * @param wantedRows rows
     * @param wantedCapacity positions per row
     */
    void ensure(int wantedRows, int wantedCapacity) {
        if (wantedRows <= rows && wantedCapacity <= capacity) {
            return;
        }
        int newRows = Math.max(rows, wantedRows);
        int newCapacity = wantedCapacity > capacity ? grown(capacity, wantedCapacity, most) : capacity;
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            FloatBuffer larger = allocate(newRows, (long) newCapacity * slot.heads() * slot.width());
            int stride = capacity * slot.width();
            for (int block = 0; block < rows * slot.heads(); block++) {
                larger.put(block * newCapacity * slot.width(), buffers.get(i), block * stride, stride);
            }
            if (i < buffers.size()) {
                buffers.set(i, larger);
            } else {
                buffers.add(larger);
            }
        }
        rows = newRows;
        capacity = newCapacity;
    }

    private static FloatBuffer allocate(int rows, long floatsPerRow) {
        if (floatsPerRow > Integer.MAX_VALUE / Float.BYTES / rows) {
            throw new BackendMemoryException("the keys of one layer need 4 x " + rows + " x " + floatsPerRow
                    + " bytes, which exceeds the maximum size of a tensor. Lower max-sequences.");
        }
        long bytes = Float.BYTES * floatsPerRow * rows;
        try {
            return ByteBuffer.allocateDirect((int) bytes)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        } catch (OutOfMemoryError e) {
            throw new BackendMemoryException(
                    "not enough off-heap memory for keys and values: " + e.getMessage()
                            + ". Lower max-sequences or increase -XX:MaxDirectMemorySize.",
                    e);
        }
    }

    /** Copies the first {@code length} positions of a row to another row. */
    void copy(int from, int to, int length) {
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            int stride = capacity * slot.width();
            for (int head = 0; head < slot.heads(); head++) {
                buffers.get(i)
                        .put(
                                (to * slot.heads() + head) * stride,
                                buffers.get(i),
                                (from * slot.heads() + head) * stride,
                                length * slot.width());
            }
        }
    }

    /** Returns tensors over {@code count} rows starting at {@code first}; the caller closes them. */
    View view(int first, int count) throws OrtException {
        View view = new View(new HashMap<>(), new HashMap<>());
        try {
            for (int i = 0; i < slots.size(); i++) {
                Slot slot = slots.get(i);
                int row = slot.heads() * capacity * slot.width();
                OnnxTensor tensor = OnnxTensor.createTensor(
                        OrtRuntime.environment(),
                        buffers.get(i).slice(first * row, count * row),
                        new long[] {count, slot.heads(), capacity, slot.width()});
                view.past().put(slot.past(), tensor);
                view.present().put(slot.present(), tensor);
            }
            return view;
        } catch (OrtException | RuntimeException e) {
            view.close();
            throw e;
        }
    }

    /** Releases the memory once nothing refers to it. */
    void clear() {
        buffers.clear();
        rows = 0;
        capacity = 0;
    }

    /**
     * Rows as tensors that are past and present at the same time.
     *
     * @param past by name of the input
     * @param present the same tensors by name of the output
     */
    record View(Map<String, OnnxTensor> past, Map<String, OnnxTensor> present) implements AutoCloseable {

        @Override
        public void close() {
            past.values().forEach(OnnxTensor::close);
        }
    }
}
