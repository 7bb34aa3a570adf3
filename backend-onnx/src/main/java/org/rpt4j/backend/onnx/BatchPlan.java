package org.rpt4j.backend.onnx;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Decides which sequences run through the network together. Stateless. */
@FunctionalInterface
interface BatchPlan {

    /**
     * Splits sequences into batches.
     *
     * @param count number of sequences
     * @param length length of each, at least 1
     * @return indices of the members of each batch; every index exactly once
     */
    List<int[]> batches(int count, IntUnaryOperator length);

    /**
     * One sequence at a time, without padding. On a CPU a single document keeps the matrix products busy, and padding
     * would only add work.
     */
    static BatchPlan unpadded() {
        return (count, length) ->
                IntStream.range(0, count).mapToObj(i -> new int[] {i}).toList();
    }

    /**
     * Batches sequences of similar length, longest first, as many as fit: on a GPU, short sequences on their own would
     * leave it idle. The longest batch runs first, so that a lack of memory shows at once.
     *
     * @param tokenBudget maximum number of tokens per batch, including padding; a single sequence may exceed it
     */
    static BatchPlan sorted(int tokenBudget) {
        return (count, length) -> {
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, count).boxed().toList());
            order.sort(
                    Comparator.comparingInt((Integer i) -> length.applyAsInt(i)).reversed());
            List<int[]> batches = new ArrayList<>();
            int from = 0;
            while (from < count) {
                int longest = length.applyAsInt(order.get(from));
                int to = Math.min(count, from + Math.max(1, tokenBudget / longest));
                batches.add(order.subList(from, to).stream()
                        .mapToInt(Integer::intValue)
                        .toArray());
                from = to;
            }
            return batches;
        };
    }
}
