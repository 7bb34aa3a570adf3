package org.rpt4j.core.objective;

/**
 * How the spread of a group's rewards is measured. GRPO implementations differ here, and with eight rollouts the
 * difference is visible, so it is a named choice.
 *
 * @param ddof value subtracted from the count in the denominator: 1 for a sample, 0 for the whole population
 * @param epsilon value added to the deviation before dividing; positive
 * @since 0.1.0
 */
public record StandardDeviation(int ddof, double epsilon) {

    /** ddof 1, epsilon 1e-4: the choice of TRL. */
    public static final StandardDeviation SAMPLE_1E4 = new StandardDeviation(1, 1e-4);

    /** ddof 1, epsilon 1e-6: the choice of verl, with which the RPT paper was trained. */
    public static final StandardDeviation SAMPLE_1E6 = new StandardDeviation(1, 1e-6);

    /** ddof 0, epsilon 1e-8: the deviation as in the GRPO paper. */
    public static final StandardDeviation POPULATION_1E8 = new StandardDeviation(0, 1e-8);

    public StandardDeviation {
        if (ddof != 0 && ddof != 1) {
            throw new IllegalArgumentException("ddof is " + ddof + ", must be 0 or 1");
        }
        if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("epsilon is " + epsilon + ", must be positive and finite");
        }
    }

    /**
     * The deviation without epsilon, computed in two passes: first the mean, then the squared distances to it.
     *
     * @throws IllegalArgumentException for fewer than two values
     */
    public double of(double[] values) {
        if (values.length < 2) {
            throw new IllegalArgumentException("a deviation needs at least two values, got " + values.length);
        }
        double mean = Mean.of(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (values.length - ddof));
    }
}
