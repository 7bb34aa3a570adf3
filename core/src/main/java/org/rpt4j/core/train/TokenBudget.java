package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Splits a list into consecutive runs that fit a token budget. */
final class TokenBudget {

    private TokenBudget() {}

    /**
     * Consecutive runs whose costs add up to at most {@code budget}, in order. An item that exceeds the budget by
     * itself is a run of its own.
     */
    static <T> List<List<T>> pack(List<T> items, ToIntFunction<? super T> cost, long budget) {
        List<List<T>> runs = new ArrayList<>();
        List<T> run = new ArrayList<>();
        long used = 0;
        for (T item : items) {
            int price = cost.applyAsInt(item);
            if (!run.isEmpty() && used + price > budget) {
                runs.add(List.copyOf(run));
                run.clear();
                used = 0;
            }
            run.add(item);
            used += price;
        }
        if (!run.isEmpty()) {
            runs.add(List.copyOf(run));
        }
        return runs;
    }
}
