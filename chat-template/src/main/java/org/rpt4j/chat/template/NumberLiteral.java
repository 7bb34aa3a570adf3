package org.rpt4j.chat.template;

import org.rpt4j.chat.template.Token.Kind;

/**
 * A number in the source: decimal with fraction and exponent, or an integer with the prefix {@code 0x}, {@code 0o} or
 * {@code 0b}.
 *
 * @param kind integer or float
 * @param end offset after it
 */
record NumberLiteral(Kind kind, int end) {

    static NumberLiteral at(String source, int start) {
        int prefixed = afterPrefixed(source, start);
        if (prefixed > start) {
            return new NumberLiteral(Kind.INTEGER, prefixed);
        }
        int whole = afterDigits(source, start, 10);
        int end = afterFraction(source, whole);
        end = afterExponent(source, end);
        // A number behind a point is an index: a.0.1 has two of them.
        boolean index = start > 0 && source.charAt(start - 1) == '.';
        if (end > whole && !index) {
            return new NumberLiteral(Kind.FLOAT, end);
        }
        int zeros = start;
        while (source.charAt(start) == '0' && zeros < whole && "0_".indexOf(source.charAt(zeros)) >= 0) {
            zeros++;
        }
        zeros -= zeros > start && source.charAt(zeros - 1) == '_' ? 1 : 0;
        return new NumberLiteral(Kind.INTEGER, zeros > start ? zeros : whole);
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int afterPrefixed(String source, int start) {
        if (source.charAt(start) != '0' || start + 1 >= source.length()) {
            return start;
        }
        int base = switch (source.charAt(start + 1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 0;
        };
        int first = start + 2 < source.length() && source.charAt(start + 2) == '_' ? start + 3 : start + 2;
        int end = base == 0 ? first : afterDigits(source, first, base);
        return end > first ? end : start;
    }

    private static int afterFraction(String source, int from) {
        boolean point = from + 1 < source.length() && source.charAt(from) == '.' && isDigit(source.charAt(from + 1));
        return point ? afterDigits(source, from + 1, 10) : from;
    }

    private static int afterExponent(String source, int from) {
        int at = from;
        if (at >= source.length() || (source.charAt(at) != 'e' && source.charAt(at) != 'E')) {
            return from;
        }
        at++;
        at += at < source.length() && (source.charAt(at) == '+' || source.charAt(at) == '-') ? 1 : 0;
        int end = afterDigits(source, at, 10);
        return end > at ? end : from;
    }

    /** Returns the offset after digits, between which there may be single underscores. */
    private static int afterDigits(String source, int from, int base) {
        int end = from;
        while (end < source.length()) {
            boolean separated = source.charAt(end) == '_' && end > from && end + 1 < source.length();
            int digit = separated ? end + 1 : end;
            if (source.charAt(digit) > 'f' || Character.digit(source.charAt(digit), base) < 0) {
                break;
            }
            end = digit + 1;
        }
        return end;
    }
}
