package org.rpt4j.jmh;

/** Checks the answers of benchmarks, because only correct answers count. */
final class Answers {

    /** Maximum difference, in nats, between two ways to compute the same log-probability. */
    private static final double FP32_TOLERANCE = 1e-3;

    private static final double BF16_TOLERANCE = 0.1;

    private Answers() {}

    static void requireLogProbs(double[] values) {
        for (double value : values) {
            require(value <= 0 && value > Double.NEGATIVE_INFINITY, value + " is not a finite log-probability");
        }
    }

    static void requireEqual(double[] expected, double[] actual, String precision) {
        double tolerance = precision.equals("fp32") ? FP32_TOLERANCE : BF16_TOLERANCE;
        require(expected.length == actual.length, expected.length + " values against " + actual.length);
        for (int i = 0; i < expected.length; i++) {
            double gap = Math.abs(expected[i] - actual[i]);
            require(gap <= tolerance, "value " + i + " is " + actual[i] + ", expected " + expected[i]);
        }
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError("the benchmark measured a wrong answer: " + otherwise);
        }
    }
}
