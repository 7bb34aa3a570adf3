package org.rpt4j.chat.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Numbers as text, with Python's rules. */
final class Numbers {

    /** Units of finding the shortest text of a number. */
    private static final int COST = 200;

    private static final int MOST_DECIMALS = 400;

    private Numbers() {}

    /** Returns the shortest decimal number that reads back as this one. */
    static String text(double value, Budget budget) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        String sign = value < 0 || 1 / value < 0 ? "-" : "";
        if (value == 0) {
            return sign + "0.0";
        }
        budget.spend(COST);
        BigDecimal exact = new BigDecimal(Math.abs(value));
        // Java's own text reads back, but is not always the shortest.
        BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
        BigDecimal next = shortest;
        while (next != null) {
            shortest = next;
            next = withDigits(exact, shortest.precision() - 1);
        }
        String digits = shortest.unscaledValue().toString();
        int exponent = shortest.precision() - shortest.scale() - 1;
        return sign + (exponent < -4 || exponent >= 16 ? scientific(digits, exponent) : plain(digits, exponent));
    }

    /** Returns a number with fewer digits that reads back as the same double; null if there is none. */
    private static @Nullable BigDecimal withDigits(BigDecimal exact, int digits) {
        // Next to a power of two the nearest number below may be another double while one above is not.
        for (RoundingMode mode : new RoundingMode[] {RoundingMode.HALF_EVEN, RoundingMode.UP}) {
            BigDecimal rounded = exact.round(new MathContext(Math.max(1, digits), mode));
            if (digits > 0 && rounded.doubleValue() == exact.doubleValue()) {
                return rounded.stripTrailingZeros();
            }
        }
        return null;
    }

    private static String scientific(String digits, int exponent) {
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        String size = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + size;
    }

    private static String plain(String digits, int exponent) {
        if (exponent < 0) {
            return "0." + "0".repeat(-exponent - 1) + digits;
        }
        int whole = exponent + 1;
        return digits.length() > whole
                ? digits.substring(0, whole) + "." + digits.substring(whole)
                : digits + "0".repeat(whole - digits.length()) + ".0";
    }

    /**
     * Python's {@code int(text, base)}; null if the text is no integer.
     *
     * @throws JinjaException if it has more than 64 bits
     */
    static @Nullable Long integer(String source, int base) {
        String text = Strings.strip(source, null, true, true);
        boolean negative = text.startsWith("-");
        int at = negative || text.startsWith("+") ? 1 : 0;
        int prefixed = prefixedBase(text, at);
        boolean hasPrefix = prefixed > 0 && (base == 0 || base == prefixed);
        int radix = hasPrefix ? prefixed : base == 0 ? 10 : base;
        at += hasPrefix ? 2 : 0;
        boolean canSeparate = hasPrefix;
        boolean tooLarge = false;
        long value = 0;
        int digits = 0;
        for (; at < text.length(); at++) {
            if (text.charAt(at) == '_') {
                if (!canSeparate) {
                    return null;
                }
                canSeparate = false;
                continue;
            }
            int digit = Character.digit(text.charAt(at), radix);
            if (digit < 0) {
                return null;
            }
            tooLarge |= Math.abs(value) > (Long.MAX_VALUE - digit) / radix;
            value = value * radix + digit;
            canSeparate = true;
            digits++;
        }
        if (digits == 0
                || !canSeparate
                || (base == 0 && !hasPrefix && value != 0 && text.charAt(negative ? 1 : 0) == '0')) {
            return null;
        }
        if (tooLarge) {
            throw new JinjaException("the number " + Undefined.of(text).name() + " is too large");
        }
        return negative ? -value : value;
    }

    private static int prefixedBase(String text, int at) {
        if (at + 1 >= text.length() || text.charAt(at) != '0') {
            return 0;
        }
        return switch (text.charAt(at + 1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 0;
        };
    }

    /** Python's {@code float(text)}; null if the text is no number. */
    static @Nullable Double decimal(String source) {
        String text = Strings.strip(source, null, true, true);
        int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        String sign = text.startsWith("-") ? "-" : "";
        String word = text.length() - at <= "infinity".length() ? Letters.asciiLower(text.substring(at)) : "";
        if (word.equals("inf") || word.equals("infinity")) {
            return Double.valueOf(sign + "Infinity");
        }
        if (word.equals("nan")) {
            return Double.NaN;
        }
        StringBuilder digits = new StringBuilder(sign);
        boolean point = false;
        boolean exponent = false;
        boolean afterDigit = false;
        boolean any = false;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            int digit = Character.digit(c, 10);
            if (digit >= 0) {
                digits.append(digit);
                any = true;
            } else if (c == '_'
                    && afterDigit
                    && at + 1 < text.length()
                    && Character.digit(text.charAt(at + 1), 10) >= 0) {
                continue;
            } else if (c == '.' && !point && !exponent) {
                point = true;
                digits.append(c);
            } else if ((c == 'e' || c == 'E') && !exponent && any) {
                exponent = true;
                any = false;
                digits.append(c);
                if (at + 1 < text.length() && (text.charAt(at + 1) == '-' || text.charAt(at + 1) == '+')) {
                    digits.append(text.charAt(++at));
                }
            } else {
                return null;
            }
            afterDigit = digit >= 0;
        }
        return any ? Double.valueOf(digits.toString()) : null;
    }

    /** Drops what follows the decimal point; null for what is not finite. */
    static @Nullable Long truncated(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return null;
        }
        if (Math.abs(value) >= 0x1p63) {
            throw new JinjaException("a number of more than 64 bits is not supported");
        }
        return (long) value;
    }

    /** Python's {@code round(value, decimals)}. */
    static double rounded(double value, int decimals, RoundingMode mode) {
        boolean unchanged = Double.isNaN(value) || Double.isInfinite(value) || decimals > MOST_DECIMALS;
        return unchanged
                ? value
                : new BigDecimal(value)
                        .setScale(Math.max(decimals, -MOST_DECIMALS), mode)
                        .doubleValue();
    }
}
