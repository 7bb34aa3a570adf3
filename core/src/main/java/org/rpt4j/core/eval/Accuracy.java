package org.rpt4j.core.eval;

/**
 * A rate of correct answers with its 95 % Wilson (1927) interval, which stays within 0 and 1 and is accurate for small
 * counts. The interval counts tasks, because several samples of one task are not independent.
 *
 * @param rate fraction of correct answers, 0 to 1; NaN without tasks
 * @param tasks number of tasks
 * @since 0.1.0
 */
public record Accuracy(double rate, long tasks) {

    private static final double Z = 1.959963984540054;

    public Accuracy {
        if (tasks < 0 || (tasks == 0 ? !Double.isNaN(rate) : !(rate >= 0 && rate <= 1))) {
            throw new IllegalArgumentException("rate " + rate + " of " + tasks + " tasks");
        }
    }

    /** Lower end of the interval; 0 without tasks. */
    public double low() {
        return tasks == 0 ? 0 : Math.max(0, centre() - halfWidth());
    }

    /** Upper end of the interval; 1 without tasks. */
    public double high() {
        return tasks == 0 ? 1 : Math.min(1, centre() + halfWidth());
    }

    private double centre() {
        return (rate + Z * Z / (2 * tasks)) / (1 + Z * Z / tasks);
    }

    private double halfWidth() {
        return Z / (1 + Z * Z / tasks) * Math.sqrt(rate * (1 - rate) / tasks + Z * Z / (4.0 * tasks * tasks));
    }
}
