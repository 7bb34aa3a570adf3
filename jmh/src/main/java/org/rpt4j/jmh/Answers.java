package org.rpt4j.jmh;

/** The checks that make a benchmark's answer worth its time. */
final class Answers {

    /** Most difference, in nats, between two ways to compute the same log-probability in single precision. */
    private static final double TOLERANCE = 1e-3;

    private Answers() {}

    static void requireLogProbs(double[] values) {
        for (double value : values) {
            require(value <= 0 && value > Double.NEGATIVE_INFINITY, value + " is not a finite log-probability");
        }
    }

    static void requireEqual(double[] expected, double[] actual) {
        require(expected.length == actual.length, expected.length + " values against " + actual.length);
        for (int i = 0; i < expected.length; i++) {
            double gap = Math.abs(expected[i] - actual[i]);
            require(gap <= TOLERANCE, "value " + i + " is " + actual[i] + ", expected " + expected[i]);
        }
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError("the benchmark measured a wrong answer: " + otherwise);
        }
    }
}
