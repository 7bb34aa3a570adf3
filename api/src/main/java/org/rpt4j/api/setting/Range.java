package org.rpt4j.api.setting;

import java.math.BigDecimal;

/**
 * An interval of numbers.
 *
 * @param least lower end
 * @param includesLeast whether the range includes the lower end
 * @param most upper end; infinity for none
 * @param includesMost whether the range includes the upper end; for an infinite end, whether infinity is a valid value
 * @since 0.1.0
 */
public record Range(double least, boolean includesLeast, double most, boolean includesMost) {

    /** Finite numbers of at least {@code least}. */
    public static Range atLeast(double least) {
        return new Range(least, true, Double.POSITIVE_INFINITY, false);
    }

    /** Finite numbers above {@code least}. */
    public static Range above(double least) {
        return new Range(least, false, Double.POSITIVE_INFINITY, false);
    }

    /** From {@code least} to {@code most}, both included. */
    public static Range between(double least, double most) {
        return new Range(least, true, most, true);
    }

    /** The same lower end, up to and including {@code newMost}; infinity is then a valid value. */
    public Range upTo(double newMost) {
        return new Range(least, includesLeast, newMost, true);
    }

    /** The same lower end, up to but excluding {@code newMost}. */
    public Range below(double newMost) {
        return new Range(least, includesLeast, newMost, false);
    }

    /** Whether the range contains a number; it never contains NaN. */
    public boolean contains(double value) {
        boolean high = includesLeast ? value >= least : value > least;
        return high && (includesMost ? value <= most : value < most);
    }

    /** The interval in words, such as {@code above 0, at most 1}. */
    public String describe() {
        String lower = (includesLeast ? "at least " : "above ") + number(least);
        if (Double.isInfinite(most)) {
            return includesMost ? lower + ", or infinity" : lower;
        }
        return lower + (includesMost ? ", at most " : ", below ") + number(most);
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
