package org.rpt4j.core.task;

import java.util.List;
import java.util.Locale;

/**
 * Decides which positions of a document become tasks. A named value; the built-in ones are {@link MinEntropy},
 * {@link TopFraction}, {@link UniformFraction} and {@link PassRateBand}. The selection depends only on the document, so
 * a corpus can be filtered as a stream and in any order. Thread-safe.
 *
 * @since 0.1.0
 */
public interface PositionSelector {

    /**
     * Selects among the positions of one document.
     *
     * @param eligible scored positions that have enough context and may be predicted, in order
     * @return some of them, in order
     */
    List<Position> select(List<Position> eligible);

    /** Name and settings, as recorded with the tasks, such as {@code min-entropy 1.0 nats}. */
    String describe();

    /**
     * The error message if nothing was selected in a whole corpus.
     *
     * @param statistics statistics of the corpus; at least one position was eligible
     */
    default String explainEmpty(FilterStatistics statistics) {
        return String.format(
                Locale.ROOT,
                "none of %d eligible tokens passes %s. Loosen the selection, or use a larger corpus.",
                statistics.eligible(),
                describe());
    }
}
