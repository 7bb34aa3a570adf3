package org.rpt4j.core.task.kind;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToIntFunction;
import org.rpt4j.api.CounterRandom;

/**
 * Random choices in one document that depend on its id and the seed alone. Thread-safe.
 *
 * @since 0.1.0
 */
public final class Draw {

    private final long seed;
    private final long document;

    /** Creates the choices of a document. */
    public Draw(long seed, String documentId) {
        this.seed = seed;
        this.document = CounterRandom.bits(documentId);
    }

    /** A whole number in [0, bound) for a place and a purpose. */
    int below(int bound, int place, int purpose) {
        return CounterRandom.below(bound, seed, document, place, purpose);
    }

    /** At most a number of the items, chosen by their places, in the order of their places. */
    public <T> List<T> some(List<T> items, int most, ToIntFunction<T> place) {
        List<T> chosen = new ArrayList<>(items.size() <= most ? items : lowest(items, most, place));
        chosen.sort(Comparator.comparingInt(place));
        return chosen;
    }

    /** The items with the lowest draws; of several with one draw the first. */
    private <T> Collection<T> lowest(List<T> items, int most, ToIntFunction<T> place) {
        PriorityQueue<Drawn<T>> kept = new PriorityQueue<>(Comparator.reverseOrder());
        for (int i = 0; i < items.size(); i++) {
            long bits = CounterRandom.bits(seed, document, place.applyAsInt(items.get(i)));
            if (kept.size() < most) {
                kept.add(new Drawn<>(bits, i, items.get(i)));
            } else if (!kept.isEmpty() && bits < kept.element().bits()) {
                kept.remove();
                kept.add(new Drawn<>(bits, i, items.get(i)));
            }
        }
        return kept.stream().map(Drawn::item).toList();
    }

    private record Drawn<T>(long bits, int index, T item) implements Comparable<Drawn<T>> {

        @Override
        public int compareTo(Drawn<T> other) {
            return bits == other.bits ? Integer.compare(index, other.index) : Long.compare(bits, other.bits);
        }
    }
}
