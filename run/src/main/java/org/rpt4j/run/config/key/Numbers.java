package org.rpt4j.run.config.key;

import java.math.BigDecimal;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.rpt4j.api.setting.Range;

/**
 * Number types for keys. Numbers are decimal: a leading zero, which some formats read as octal, and a colon, which some
 * read as base 60, are rejected.
 *
 * @since 0.1.0
 */
public final class Numbers {

    private static final Pattern WHOLE = Pattern.compile("[+-]?(0|[1-9][0-9]{0,18})");
    private static final Pattern REAL =
            Pattern.compile("[+-]?(0|[1-9][0-9]*|(?=\\.[0-9]))(\\.[0-9]*)?([eE][+-]?[0-9]{1,3})?");
    private static final Pattern LEADING_ZERO = Pattern.compile("[+-]?0[0-9_]+");
    private static final String INFINITY = "infinity";

    private Numbers() {}

    /** Whole numbers within a range, as {@code int}. */
    public static ValueType<Integer> whole(Range range) {
        long least = (long) Math.max(Integer.MIN_VALUE, Math.ceil(range.least()));
        long most = (long) Math.min(Integer.MAX_VALUE, Math.floor(range.most()));
        String words = words(least, most, Integer.MAX_VALUE);
        return new Numeric<>(words, text -> (int) parseWhole(text, least, most, words), String::valueOf);
    }

    /** Whole numbers within a range, as {@code long}. */
    public static ValueType<Long> wholeLong(Range range) {
        long least = (long) Math.max(Long.MIN_VALUE, Math.ceil(range.least()));
        long most = (long) Math.min(Long.MAX_VALUE, Math.floor(range.most()));
        String words = words(least, most, Long.MAX_VALUE);
        return new Numeric<>(words, text -> parseWhole(text, least, most, words), String::valueOf);
    }

    /** Real numbers within an interval. */
    public static ValueType<Double> real(Range range) {
        return new Numeric<>("number, " + range.describe(), text -> parseReal(text, range), Numbers::format);
    }

    private static String words(long least, long most, long mostOfType) {
        return "whole number"
                + (least == Long.MIN_VALUE ? "" : ", at least " + least)
                + (most == mostOfType ? "" : ", at most " + most);
    }

    private static long parseWhole(String text, long least, long most, String words) {
        requireDecimal(text);
        if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a " + words);
        }
        BigDecimal exact = new BigDecimal(text);
        if (exact.compareTo(BigDecimal.valueOf(least)) < 0 || exact.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new IllegalArgumentException(text + " is out of range, must be a " + words
                    + (exact.compareTo(BigDecimal.valueOf(most)) > 0 ? " (the largest is " + most + ")" : ""));
        }
        return exact.longValueExact();
    }

    private static double parseReal(String text, Range range) {
        requireDecimal(text);
        boolean infinite = text.equals(INFINITY);
        if (!infinite && !REAL.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a number, " + range.describe());
        }
        double value = infinite ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
        if (!range.contains(value)) {
            throw new IllegalArgumentException(text + " is out of range, must be a number, " + range.describe());
        }
        return value;
    }

    private static void requireDecimal(String text) {
        if (LEADING_ZERO.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    text + " has a leading zero, which some formats read as octal; remove the zero");
        }
    }

    private static String format(double value) {
        if (Double.isInfinite(value)) {
            return INFINITY;
        }
        String text = Double.toString(value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text.replace(".0E", "E");
    }

    private record Numeric<T>(String describe, Function<String, T> parser, Function<T, String> formatter)
            implements ValueType<T> {

        @Override
        public T parse(String text) {
            return parser.apply(text);
        }

        @Override
        public String format(T value) {
            return formatter.apply(value);
        }
    }
}
