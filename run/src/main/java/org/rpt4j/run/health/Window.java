package org.rpt4j.run.health;

import java.util.List;

/**
 * The last values seen by a rule.
 *
 * @param values oldest first; at most {@code size}
 * @param beside those of a second sign, in the same steps; empty if the rule has none
 * @param size number of steps in a full window
 */
record Window(List<Double> values, List<Double> beside, int size) {

    boolean isFull() {
        return values.size() == size;
    }

    double last() {
        return values.get(values.size() - 1);
    }

    /** Returns the values before the last one. */
    Window before() {
        return new Window(values.subList(0, values.size() - 1), List.of(), size);
    }

    double median() {
        return median(values);
    }

    double medianBeside() {
        return median(beside);
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    double mean() {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
