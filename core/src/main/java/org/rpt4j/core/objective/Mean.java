package org.rpt4j.core.objective;

/** Arithmetic means that are exact if all values are equal, because they sum differences to the first value. */
final class Mean {

    private Mean() {}

    /** Mean of at least one value. */
    static double of(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value - values[0];
        }
        return values[0] + sum / values.length;
    }

    /** Weighted mean of at least one value, with positive integer weights. */
    static double weighted(double[] values, int[] weights) {
        double sum = 0;
        long total = 0;
        for (int i = 0; i < values.length; i++) {
            sum += weights[i] * (values[i] - values[0]);
            total += weights[i];
        }
        return values[0] + sum / total;
    }
}
