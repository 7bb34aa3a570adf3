package org.rpt4j.core.tokenize;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.rpt4j.api.error.TokenizerException;

/**
 * Merges the symbols of a word: of all neighbours that can merge always the pair of least rank, of several such pairs
 * the leftmost (Sennrich et al. 2016). Not thread-safe.
 */
final class WordMerger {

    /** Above this number of symbols, pairs are kept in order of rank in place of searching them. */
    private static final int SHORT = 48;
    /** Twelve bytes each, and four for every pair. */
    private static final int MAX_SYMBOLS = 1 << 24;

    private final Effort effort;
    private int[] symbols = new int[SHORT];
    private int[] ranks = new int[SHORT];
    private int count;

    WordMerger(Effort effort) {
        this.effort = effort;
    }

    void add(int symbol) {
        if (count == symbols.length) {
            if (count >= MAX_SYMBOLS) {
                throw new TokenizerException("A text has a run of more than " + MAX_SYMBOLS
                        + " characters that tokenizer.json does not divide. Split the text, or remove the run.");
            }
            symbols = Arrays.copyOf(symbols, count * 2);
        }
        symbols[count++] = symbol;
    }

    int size() {
        return count;
    }

    /** The last symbol; there must be one. */
    int last() {
        return symbols[count - 1];
    }

    /** Merges the symbols, moves the result, and is empty again. */
    void merge(BpeMerges merges, IdBuffer result) {
        effort.spend(count, "the merges");
        if (count <= SHORT) {
            mergeShort(merges);
        } else {
            mergeLong(merges);
        }
        for (int i = 0; i < count; i++) {
            result.add(symbols[i]);
        }
        count = 0;
        if (symbols.length > 1 << 16) {
            symbols = new int[SHORT];
        }
    }

    private void mergeShort(BpeMerges merges) {
        for (int i = 0; i + 1 < count; i++) {
            ranks[i] = merges.rank(symbols[i], symbols[i + 1]);
        }
        while (true) {
            int best = -1;
            int least = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < count; i++) {
                if (ranks[i] < least) {
                    least = ranks[i];
                    best = i;
                }
            }
            if (best < 0) {
                return;
            }
            symbols[best] = merges.merged(least);
            System.arraycopy(symbols, best + 2, symbols, best + 1, count - best - 2);
            System.arraycopy(ranks, best + 2, ranks, best + 1, count - best - 2);
            count--;
            if (best > 0) {
                ranks[best - 1] = merges.rank(symbols[best - 1], symbols[best]);
            }
            if (best + 1 < count) {
                ranks[best] = merges.rank(symbols[best], symbols[best + 1]);
            }
        }
    }

    /** The same in O(n log n), over a linked list of the symbols: each rank has the positions of its pairs. */
    private void mergeLong(BpeMerges merges) {
        int[] next = new int[count];
        int[] previous = new int[count];
        Map<Integer, Positions> pairs = new HashMap<>();
        PriorityQueue<Positions> order = new PriorityQueue<>(Comparator.comparingInt(positions -> positions.rank));
        for (int i = 0; i < count; i++) {
            next[i] = i + 1 < count ? i + 1 : -1;
            previous[i] = i - 1;
        }
        for (int i = 0; i + 1 < count; i++) {
            note(merges.rank(symbols[i], symbols[i + 1]), i, pairs, order);
        }
        while (!order.isEmpty()) {
            Positions positions = order.remove();
            int rank = positions.rank;
            pairs.remove(rank);
            positions.sort();
            for (int k = 0; k < positions.size; k++) {
                effort.spend(4, "the merges");
                int i = positions.values[k];
                if (next[i] < 0 || symbols[i] < 0 || merges.rank(symbols[i], symbols[next[i]]) != rank) {
                    continue;
                }
                int gone = next[i];
                symbols[i] = merges.merged(rank);
                symbols[gone] = -1;
                next[i] = next[gone];
                if (next[i] >= 0) {
                    previous[next[i]] = i;
                }
                int least = Integer.MAX_VALUE;
                if (previous[i] >= 0) {
                    least = note(merges.rank(symbols[previous[i]], symbols[i]), previous[i], pairs, order);
                }
                if (next[i] >= 0) {
                    least = Math.min(least, note(merges.rank(symbols[i], symbols[next[i]]), i, pairs, order));
                }
                if (least <= rank) {
                    // The new pair comes first: put the rest of this rank back.
                    for (int rest = k + 1; rest < positions.size; rest++) {
                        note(rank, positions.values[rest], pairs, order);
                    }
                    break;
                }
            }
        }
        int kept = 0;
        for (int i = 0; i >= 0; i = next[i]) {
            symbols[kept++] = symbols[i];
        }
        count = kept;
    }

    private static int note(int rank, int position, Map<Integer, Positions> pairs, PriorityQueue<Positions> order) {
        if (rank != BpeMerges.NONE) {
            Positions positions = pairs.get(rank);
            if (positions == null) {
                positions = new Positions(rank);
                pairs.put(rank, positions);
                order.add(positions);
            }
            positions.add(position);
        }
        return rank;
    }

    /** Where pairs of one rank begin. */
    private static final class Positions {

        private final int rank;
        private int[] values = new int[8];
        private int size;
        private boolean sorted = true;

        Positions(int rank) {
            this.rank = rank;
        }

        void add(int position) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size + (size >> 1));
            }
            sorted &= size == 0 || values[size - 1] <= position;
            values[size++] = position;
        }

        void sort() {
            if (!sorted) {
                Arrays.sort(values, 0, size);
            }
        }
    }
}
