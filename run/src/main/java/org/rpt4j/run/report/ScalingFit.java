package org.rpt4j.run.report;

import java.util.Arrays;

/**
 * The scaling law of the paper, P(C) = A / C^alpha + P*, fitted to accuracies over compute. For a given alpha, A and P*
 * follow from linear least squares; alpha is searched on a logarithmic grid and refined by golden-section search.
 *
 * @param amplitude A for compute in units of {@code referenceCompute}
 * @param alpha exponent, {@value #MIN_ALPHA} to {@value #MAX_ALPHA}
 * @param limit P*, the accuracy that the law approaches
 * @param rSquared fraction of the variance that the law explains; NaN if all accuracies are equal
 * @param referenceCompute geometric mean of the compute values, the unit of the fit
 * @param points number of points
 * @since 0.1.0
 */
record ScalingFit(double amplitude, double alpha, double limit, double rSquared, double referenceCompute, int points) {

    /** Three parameters plus one degree of freedom to detect a bad fit. */
    static final int MIN_POINTS = 4;

    static final double MIN_ALPHA = 1e-3;
    static final double MAX_ALPHA = 3;

    private static final int GRID = 240;
    private static final int GOLDEN_STEPS = 80;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /**
     * Fits the law.
     *
     * @param compute compute of each point, positive, with at least {@value #MIN_POINTS} different values
     * @param accuracy accuracy of each point
     */
    static ScalingFit of(double[] compute, double[] accuracy) {
        require(compute, accuracy);
        double reference =
                Math.exp(Arrays.stream(compute).map(Math::log).average().orElseThrow());
        double[] logs = Arrays.stream(compute).map(c -> Math.log(c / reference)).toArray();
        double step = Math.log(MAX_ALPHA / MIN_ALPHA) / (GRID - 1);
        double best = Math.log(MIN_ALPHA);
        for (int i = 1; i < GRID; i++) {
            double candidate = Math.log(MIN_ALPHA) + i * step;
            best = line(logs, accuracy, candidate).residual()
                            < line(logs, accuracy, best).residual()
                    ? candidate
                    : best;
        }
        double logAlpha = goldenSection(
                logs, accuracy, Math.max(best - step, Math.log(MIN_ALPHA)), Math.min(best + step, Math.log(MAX_ALPHA)));
        Line line = line(logs, accuracy, logAlpha);
        double mean = Arrays.stream(accuracy).average().orElseThrow();
        double variation =
                Arrays.stream(accuracy).map(p -> (p - mean) * (p - mean)).sum();
        return new ScalingFit(
                line.slope(),
                Math.exp(logAlpha),
                line.intercept() - line.slope(),
                variation == 0 ? Double.NaN : 1 - line.residual() / variation,
                reference,
                compute.length);
    }

    /** The accuracy that the law predicts for an amount of compute. */
    double at(double compute) {
        return amplitude * Math.pow(compute / referenceCompute, -alpha) + limit;
    }

    /** A for compute in its original unit, as in the paper. */
    double coefficient() {
        return amplitude * Math.pow(referenceCompute, alpha);
    }

    /** Whether alpha is at a limit of the search, which means that the points do not determine the law. */
    boolean atSearchLimit() {
        return alpha < 1.01 * MIN_ALPHA || alpha > 0.99 * MAX_ALPHA;
    }

    private static double goldenSection(double[] logs, double[] accuracy, double low, double high) {
        double a = low;
        double b = high;
        for (int i = 0; i < GOLDEN_STEPS; i++) {
            double left = b - GOLDEN * (b - a);
            double right = a + GOLDEN * (b - a);
            if (line(logs, accuracy, left).residual()
                    <= line(logs, accuracy, right).residual()) {
                b = right;
            } else {
                a = left;
            }
        }
        return (a + b) / 2;
    }

    /** Least-squares fit of p = slope * u + intercept. */
    private record Line(double slope, double intercept, double residual) {}

    /** The best line for an alpha, in u = C^-alpha - 1; subtracting the 1 keeps precision for small alpha. */
    private static Line line(double[] logs, double[] accuracy, double logAlpha) {
        double alpha = Math.exp(logAlpha);
        double[] u = Arrays.stream(logs).map(log -> Math.expm1(-alpha * log)).toArray();
        double meanU = Arrays.stream(u).average().orElseThrow();
        double meanP = Arrays.stream(accuracy).average().orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < u.length; i++) {
            covariance += (u[i] - meanU) * (accuracy[i] - meanP);
            variance += (u[i] - meanU) * (u[i] - meanU);
        }
        double slope = covariance / variance;
        double residual = 0;
        for (int i = 0; i < u.length; i++) {
            double error = accuracy[i] - meanP - slope * (u[i] - meanU);
            residual += error * error;
        }
        return new Line(slope, meanP - slope * meanU, residual);
    }

    private static void require(double[] compute, double[] accuracy) {
        if (compute.length != accuracy.length) {
            throw new IllegalArgumentException(
                    compute.length + " compute values but " + accuracy.length + " " + "accuracies");
        }
        if (!Arrays.stream(compute).allMatch(c -> c > 0 && c < Double.POSITIVE_INFINITY)
                || !Arrays.stream(accuracy).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("compute values must be positive and accuracies finite, but they are "
                    + Arrays.toString(compute) + " and " + Arrays.toString(accuracy));
        }
        long different = Arrays.stream(compute).distinct().count();
        if (different < MIN_POINTS) {
            throw new IllegalArgumentException("a fit of three parameters needs at least " + MIN_POINTS
                    + " checkpoints of different compute, but there are " + different
                    + ". Evaluate more checkpoints.");
        }
    }
}
