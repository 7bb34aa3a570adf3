package org.rpt4j.chat.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's {@code format % values}, with the conversions {@code s r d i u x X o f F c %}. */
final class PercentFormat {

    private static final int MOST_DECIMALS = 400;

    private final String format;
    private final Object given;
    private final Budget budget;
    private final BoundedText text;
    private int position;
    private int used;

    private PercentFormat(String format, Object given, Budget budget) {
        this.format = format;
        this.given = given;
        this.budget = budget;
        this.text = new BoundedText(budget);
    }

    /**
     * @param given a tuple of values, a dictionary of named ones, or one value
     */
    static String of(String format, Object given, Budget budget) {
        budget.spend(format.length());
        PercentFormat formatted = new PercentFormat(format, given, budget);
        while (formatted.position < format.length()) {
            formatted.next();
        }
        // Python accepts that a value which could hold named ones is not used.
        boolean mayHoldNames = given instanceof List || given instanceof Map || given instanceof Undefined;
        int wanted = Sequence.isTuple(given) ? ((List<?>) given).size() : mayHoldNames ? 0 : 1;
        if (formatted.used < wanted) {
            throw new JinjaException("\"%\" has " + wanted + " values for " + formatted.used + " places");
        }
        return formatted.text.toString();
    }

    private void next() {
        int percent = format.indexOf('%', position);
        int end = percent < 0 ? format.length() : percent;
        text.append(format, position, end);
        position = end + 1;
        if (percent >= 0) {
            conversion();
        }
    }

    private void conversion() {
        Object named = take('(') ? named() : null;
        String flags = "";
        while (position < format.length() && "#0- +".indexOf(format.charAt(position)) >= 0 && flags.length() < 8) {
            flags += format.charAt(position++);
        }
        int width = number();
        int precision = take('.') ? number() : -1;
        if (position >= format.length()) {
            throw new JinjaException("\"%\": the format is incomplete");
        }
        char kind = format.charAt(position++);
        if (kind == '%') {
            text.append('%');
            return;
        }
        String body = converted(kind, named == null ? value() : named, flags, precision);
        boolean left = flags.contains("-");
        boolean zeros = flags.contains("0") && !left && "srac".indexOf(kind) < 0;
        text.append(
                zeros
                        ? Strings.zeroFilled(body, width, budget)
                        : Strings.padded(body, width, " ", left ? 0 : 2, budget));
    }

    private boolean take(char wanted) {
        boolean found = position < format.length() && format.charAt(position) == wanted;
        position += found ? 1 : 0;
        return found;
    }

    private int number() {
        long number = 0;
        while (position < format.length() && format.charAt(position) >= '0' && format.charAt(position) <= '9') {
            number = Budget.checkedLength(number * 10 + format.charAt(position++) - '0');
        }
        return (int) number;
    }

    private @Nullable Object named() {
        int end = format.indexOf(')', position);
        if (end < 0 || !(given instanceof Map<?, ?> map)) {
            throw new JinjaException("\"%\": a format with names needs a dictionary");
        }
        String name = format.substring(position, end);
        position = end + 1;
        Object value = Keys.find(map, name, budget);
        if (value == null) {
            throw new JinjaException(
                    "\"%\": the dictionary has no key \"" + Undefined.of(name).name() + "\"");
        }
        return value;
    }

    private Object value() {
        Object value = given;
        if (Sequence.isTuple(given)) {
            List<?> tuple = (List<?>) given;
            value = used < tuple.size() ? tuple.get(used) : null;
        } else if (used > 0) {
            value = null;
        }
        used++;
        if (value == null) {
            throw new JinjaException("\"%\" has more places than values");
        }
        return value;
    }

    private String converted(char kind, Object value, String flags, int precision) {
        switch (kind) {
            case 's', 'r' -> {
                String body = kind == 's' ? Representation.text(value, budget) : Representation.of(value, budget);
                int most = precision < 0 ? Integer.MAX_VALUE : precision;
                budget.spend(body.length());
                return most < body.length() ? body.substring(0, Strings.offset(body, most)) : body;
            }
            case 'c' -> {
                if (value instanceof String letter && letter.codePointCount(0, letter.length()) == 1) {
                    return letter;
                }
                throw unfit(kind, value);
            }
            case 'd', 'i', 'u', 'x', 'X', 'o', 'f', 'F' -> {
                Number number = Values.number(value);
                if (number == null || precision > MOST_DECIMALS) {
                    throw unfit(kind, value);
                }
                String body = kind == 'f' || kind == 'F'
                        ? decimal(number.doubleValue(), precision < 0 ? 6 : precision)
                        : integer(kind, number);
                String plus = flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
                return body.startsWith("-") ? body : plus + body;
            }
            default -> throw new JinjaException("\"%" + kind + "\" is not supported");
        }
    }

    private String integer(char kind, Number number) {
        Long whole = number instanceof Long exact ? exact : Numbers.truncated(number.doubleValue());
        if (whole == null || (number instanceof Double && "xXo".indexOf(kind) >= 0)) {
            throw unfit(kind, number);
        }
        return switch (kind) {
            case 'x' -> Long.toString(whole, 16);
            case 'X' -> Letters.upper(Long.toString(whole, 16), budget);
            case 'o' -> Long.toString(whole, 8);
            default -> whole.toString();
        };
    }

    private String decimal(double value, int decimals) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Numbers.text(value, budget);
        }
        String digits =
                new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
        boolean lostSign = !digits.startsWith("-") && (value < 0 || 1 / value < 0);
        return lostSign ? "-" + digits : digits;
    }

    private static JinjaException unfit(char kind, Object value) {
        return new JinjaException("\"%" + kind + "\" does not accept " + Values.type(value));
    }
}
