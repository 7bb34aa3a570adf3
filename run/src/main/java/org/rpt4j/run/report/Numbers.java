package org.rpt4j.run.report;

import java.util.Locale;

/** Numbers as a reader wants them: with a true minus sign, and a dash where there is none. */
final class Numbers {

    private static final String NONE = "–";
    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    private Numbers() {}

    /** A share in per cent with one digit, without the sign. */
    static String percent(double share) {
        return fixed(100 * share, 1);
    }

    /** A difference of shares in percentage points, always with its sign. */
    static String points(double difference) {
        String text = fixed(100 * difference, 1);
        return difference > 0 && !text.equals(NONE) ? "+" + text : text;
    }

    static String fixed(double value, int digits) {
        return Double.isNaN(value) ? NONE : minus(String.format(Locale.ROOT, "%,." + digits + "f", value));
    }

    /** Three significant digits, with a power of ten where the number is very large or very small. */
    static String significant(double value) {
        double size = Math.abs(value);
        if (Double.isNaN(value)) {
            return NONE;
        }
        if (size == 0 || (size >= 1e-3 && size < 1e5)) {
            int digits = size == 0 || size >= 100 ? 0 : Math.max(0, 2 - (int) Math.floor(Math.log10(size)));
            return fixed(value, digits);
        }
        int exponent = (int) Math.floor(Math.log10(size));
        double mantissa = value / Math.pow(10, exponent);
        return fixed(mantissa, 2).replaceAll("\\.?0+$", "") + " · 10" + superscript(exponent);
    }

    /** A p value; very small ones as an upper limit. */
    static String probability(double p) {
        return p < 0.001 ? "< 0.001" : fixed(p, 3);
    }

    private static String superscript(int exponent) {
        StringBuilder text = new StringBuilder(exponent < 0 ? "⁻" : "");
        Integer.toString(Math.abs(exponent)).chars().forEach(c -> text.append(SUPERSCRIPTS.charAt(c - '0')));
        return text.toString();
    }

    private static String minus(String number) {
        return number.replace('-', '−');
    }
}
