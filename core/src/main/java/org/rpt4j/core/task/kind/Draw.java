package org.rpt4j.core.task.kind;

import java.util.Comparator;
import java.util.List;
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
        return items.stream()
                .sorted(Comparator.comparingLong(item -> CounterRandom.bits(seed, document, place.applyAsInt(item))))
                .limit(most)
                .sorted(Comparator.comparingInt(place))
                .toList();
    }
}
