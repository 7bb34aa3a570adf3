package org.rpt4j.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.rpt4j.api.error.BackendFailureException;

/** Lists in pieces of a fixed size, whatever the size of the cluster. Stateless. */
final class Chunks {

    private Chunks() {}

    /** Pieces of a list, in order; the last may be smaller. */
    static <T> List<List<T>> of(List<T> items, int size) {
        List<List<T>> chunks = new ArrayList<>();
        for (int from = 0; from < items.size(); from += size) {
            chunks.add(items.subList(from, Math.min(items.size(), from + size)));
        }
        return chunks;
    }

    static <A, B, C> List<C> zip(List<A> left, List<B> right, BiFunction<A, B, C> join) {
        List<C> joined = new ArrayList<>(left.size());
        for (int i = 0; i < left.size(); i++) {
            joined.add(join.apply(left.get(i), right.get(i)));
        }
        return joined;
    }

    static void requireAll(String what, int found, int expected) {
        if (found != expected) {
            throw new BackendFailureException("an executor returned " + found + " " + what + " for " + expected
                    + " items. Use the same version of rpt4j on the driver and on every executor.");
        }
    }
}
