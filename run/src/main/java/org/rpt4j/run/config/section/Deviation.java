package org.rpt4j.run.config.section;

import org.jspecify.annotations.Nullable;
import org.rpt4j.core.objective.StandardDeviation;

/**
 * The divisor of the difference between a reward and its baseline.
 *
 * @since 0.1.0
 */
public enum Deviation {
    /** No division. */
    NONE(null),
    /** {@link StandardDeviation#SAMPLE_1E4}. */
    SAMPLE_1E4(StandardDeviation.SAMPLE_1E4),
    /** {@link StandardDeviation#SAMPLE_1E6}. */
    SAMPLE_1E6(StandardDeviation.SAMPLE_1E6),
    /** {@link StandardDeviation#POPULATION_1E8}. */
    POPULATION_1E8(StandardDeviation.POPULATION_1E8);

    private final @Nullable StandardDeviation formula;

    Deviation(@Nullable StandardDeviation formula) {
        this.formula = formula;
    }

    @Nullable
    StandardDeviation formula() {
        return formula;
    }
}
