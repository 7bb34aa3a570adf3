package org.rpt4j.core.task;

import java.util.List;
import java.util.Locale;

/**
 * Which positions of a document are worth a thought. A value with a name; the shipped ones are {@link MinEntropy},
 * {@link TopFraction}, {@link UniformFraction} and {@link PassRateBand}. What is selected depends on the document alone,
 * so a corpus can be filtered as it streams past, and in any order. Thread-safe.
 */
public interface PositionSelector {

    /**
     * Selects among the positions of one document.
     *
     * @param eligible scored positions that have enough context and may be predicted, in order
     * @return some of them, in order
     */
    List<Position> select(List<Position> eligible);

    /** Name and settings, as they are written down with the tasks, such as {@code min-entropy 1.0 nats}. */
    String describe();

    /**
     * What to say if nothing was selected in a whole corpus.
     *
     * @param statistics of the corpus; at least one position was eligible
     */
    default String explainEmpty(FilterStatistics statistics) {
        return String.format(
                Locale.ROOT,
                "none of %d eligible tokens passes %s. Loosen the selection, or use a larger corpus.",
                statistics.eligible(),
                describe());
    }
}
