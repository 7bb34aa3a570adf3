package org.rpt4j.run.config.section;

import java.util.Arrays;
import org.rpt4j.core.objective.Advantage;
import org.rpt4j.core.objective.Baseline;

/**
 * A published advantage as the two choices that it is made of.
 *
 * @param baseline what a reward is compared with
 * @param deviation what divides the difference
 */
record AdvantageParts(Baseline baseline, Deviation deviation) {

    static AdvantageParts of(Advantage advantage) {
        return Arrays.stream(Baseline.values())
                .flatMap(baseline -> Arrays.stream(Deviation.values())
                        .filter(deviation -> deviation == Deviation.NONE || baseline == Baseline.MEAN)
                        .map(deviation -> new AdvantageParts(baseline, deviation)))
                .filter(parts -> parts.advantage().equals(advantage))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("an advantage of its own kind has no parts"));
    }

    /**
     * The advantage.
     *
     * @throws IllegalArgumentException if the two do not go together
     */
    Advantage advantage() {
        return Advantage.of(baseline, deviation.formula());
    }
}
