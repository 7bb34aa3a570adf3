package org.rpt4j.core.objective;

/** The arithmetic mean, exact for values that are all equal. */
final class Mean {

    private Mean() {}

    /** Mean of at least one value, summed as differences to the first so that equal values have no rounding error. */
    static double of(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value - values[0];
        }
        return values[0] + sum / values.length;
    }
}
