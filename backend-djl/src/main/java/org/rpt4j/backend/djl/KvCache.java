package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Keys and values of running groups, layer by layer: each group's prompt once, [groups, KV, promptCapacity, hd], and a
 * private part per member, [groups * members, KV, completionCapacity, hd]. The private part grows with the longest
 * completion, so memory follows the actual lengths.
 */
final class KvCache implements AutoCloseable {

    private static final int FIRST_CAPACITY = 64;

    private final DjlModel model;
    private final NDManager scope;
    private final int members;
    private final int typeCode;
    private List<NDArray> promptKeys;
    private List<NDArray> promptValues;
    private List<NDArray> keys;
    private List<NDArray> values;
    private int groups;
    private int capacity;

    KvCache(DjlModel model, int groups, int members, int promptCapacity, int completionCapacity) {
        this.model = model;
        this.scope = model.newScope();
        this.groups = groups;
        this.members = members;
        this.capacity = Math.min(FIRST_CAPACITY, completionCapacity);
        this.typeCode = model.computeTypeCode();
        try {
            promptKeys = allocate(groups, promptCapacity);
            promptValues = allocate(groups, promptCapacity);
            keys = allocate(Math.multiplyExact(groups, members), capacity);
            values = allocate(Math.multiplyExact(groups, members), capacity);
        } catch (RuntimeException | Error e) {
            scope.close();
            throw e;
        }
    }

    int groups() {
        return groups;
    }

    List<NDArray> promptKeys() {
        return promptKeys;
    }

    List<NDArray> promptValues() {
        return promptValues;
    }

    List<NDArray> keys() {
        return keys;
    }

    List<NDArray> values() {
        return values;
    }

    /** Makes room for completions of {@code length} tokens, doubling up to {@code most}. */
    void ensureCapacity(int length, int most) {
        if (length <= capacity) {
            return;
        }
        int grown = Math.min(most, Math.max(length, 2 * capacity));
        keys = replace(keys, "grow", new long[] {grown - capacity});
        values = replace(values, "grow", new long[] {grown - capacity});
        capacity = grown;
    }

    /** Keeps only the given groups, in the given order. */
    void keep(int[] kept) {
        long[] groupRows = IntStream.of(kept).asLongStream().toArray();
        long[] memberRows = IntStream.of(kept)
                .flatMap(group -> IntStream.range(group * members, (group + 1) * members))
                .asLongStream()
                .toArray();
        try (NDManager inputs = scope.newSubManager()) {
            NDArray groupIndex = inputs.create(groupRows);
            NDArray memberIndex = inputs.create(memberRows);
            promptKeys = replace(promptKeys, "compact", new long[0], groupIndex);
            promptValues = replace(promptValues, "compact", new long[0], groupIndex);
            keys = replace(keys, "compact", new long[0], memberIndex);
            values = replace(values, "compact", new long[0], memberIndex);
        }
        groups = kept.length;
    }

    private List<NDArray> replace(List<NDArray> old, String method, long[] dims, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = old;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        NDList changed = model.script().call(scope, false, method, dims, all);
        old.forEach(NDArray::close);
        return List.copyOf(changed);
    }

    private List<NDArray> allocate(int rows, int length) {
        Shape shape = new Shape(rows, model.config.keyValueHeads(), length, model.config.headSize());
        List<NDArray> zeros = new ArrayList<>();
        for (int layer = 0; layer < model.config.layers(); layer++) {
            zeros.add(scope.zeros(shape, DataType.FLOAT32));
        }
        if (typeCode == DjlModel.FLOAT32_CODE) {
            return List.copyOf(zeros);
        }
        return replace(zeros, "cast", new long[] {typeCode});
    }

    @Override
    public void close() {
        scope.close();
    }
}
