package org.rpt4j.run.config.section;

import java.util.Arrays;
import org.rpt4j.core.objective.Advantage;
import org.rpt4j.core.objective.Baseline;

/**
 * The choices that make up a published advantage.
 *
 * @param baseline what a reward is compared with
 * @param deviation the divisor of the difference
 * @param passAt rollouts of a set that is rewarded for its best one, which replaces the other two; 0 for none
 */
record AdvantageParts(Baseline baseline, Deviation deviation, int passAt) {

    static AdvantageParts of(Advantage advantage) {
        int setSize = advantage.leastGroupSize() - 1;
        if (Advantage.passAt(setSize).equals(advantage)) {
            return new AdvantageParts(Baseline.MEAN, Deviation.NONE, setSize);
        }
        return Arrays.stream(Baseline.values())
                .flatMap(baseline -> Arrays.stream(Deviation.values())
                        .filter(deviation -> deviation == Deviation.NONE || baseline == Baseline.MEAN)
                        .map(deviation -> new AdvantageParts(baseline, deviation, 0)))
                .filter(parts -> parts.advantage().equals(advantage))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a custom advantage cannot be split into parts"));
    }

    /**
     * Returns the advantage.
     *
     * @throws IllegalArgumentException if the choices are incompatible
     */
    Advantage advantage() {
        return passAt > 0 ? Advantage.passAt(passAt) : Advantage.of(baseline, deviation.formula());
    }
}
