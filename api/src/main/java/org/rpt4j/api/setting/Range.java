package org.rpt4j.api.setting;

import java.math.BigDecimal;

/**
 * An interval of numbers.
 *
 * @param least lower end
 * @param includesLeast whether the lower end belongs to it
 * @param most upper end; infinity for none
 * @param includesMost whether the upper end belongs to it; an infinite one only if infinity is a value
 */
public record Range(double least, boolean includesLeast, double most, boolean includesMost) {

    /** Finite numbers from {@code least} on. */
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

    /** The same lower end, up to {@code newMost} and including it; infinity is then a value. */
    public Range upTo(double newMost) {
        return new Range(least, includesLeast, newMost, true);
    }

    /** The same lower end, up to {@code newMost} without it. */
    public Range below(double newMost) {
        return new Range(least, includesLeast, newMost, false);
    }

    /** Whether a number belongs to it; NaN never does. */
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
