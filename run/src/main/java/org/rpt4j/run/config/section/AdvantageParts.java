package org.rpt4j.run.config.section;

import java.util.Arrays;
import org.rpt4j.core.objective.Advantage;
import org.rpt4j.core.objective.Baseline;

/**
 * The two choices that make up a published advantage.
 *
 * @param baseline what a reward is compared with
 * @param deviation the divisor of the difference
 */
record AdvantageParts(Baseline baseline, Deviation deviation) {

    static AdvantageParts of(Advantage advantage) {
        return Arrays.stream(Baseline.values())
                .flatMap(baseline -> Arrays.stream(Deviation.values())
                        .filter(deviation -> deviation == Deviation.NONE || baseline == Baseline.MEAN)
                        .map(deviation -> new AdvantageParts(baseline, deviation)))
                .filter(parts -> parts.advantage().equals(advantage))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a custom advantage cannot be split into parts"));
    }

    /**
     * Returns the advantage.
     *
     * @throws IllegalArgumentException if the two choices are incompatible
     */
    Advantage advantage() {
        return Advantage.of(baseline, deviation.formula());
    }
}
