package org.rpt4j.reliability;

/**
 * The growth of a quantity per step: a least-squares line through observations.
 *
 * @param perStep estimate
 * @param standardError standard error of the estimate, from the scatter around the line
 */
record Slope(double perStep, double standardError) {

    /** Fits a line to at least three observations, not all of the same step. */
    static Slope fit(double[] steps, double[] values) {
        int n = steps.length;
        if (n < 3 || values.length != n) {
            throw new IllegalArgumentException(n + " steps and " + values.length + " values; a slope needs three each");
        }
        double meanStep = mean(steps);
        double meanValue = mean(values);
        double spread = 0;
        double together = 0;
        for (int i = 0; i < n; i++) {
            spread += (steps[i] - meanStep) * (steps[i] - meanStep);
            together += (steps[i] - meanStep) * (values[i] - meanValue);
        }
        if (spread == 0) {
            throw new IllegalArgumentException("all observations are of step " + meanStep);
        }
        double slope = together / spread;
        double residuals = 0;
        for (int i = 0; i < n; i++) {
            double residual = values[i] - meanValue - slope * (steps[i] - meanStep);
            residuals += residual * residual;
        }
        return new Slope(slope, Math.sqrt(residuals / (n - 2) / spread));
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** Returns an upper bound: two standard errors above the estimate. */
    double upperBound() {
        return perStep + 2 * standardError;
    }
}
