package org.rpt4j.answers.compare;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The units in which answers are given, so that centimetres equal cm, and 100 cm equal 1 m.
 *
 * @param dimension what is measured, such as {@code length}
 * @param factor the unit in the first unit of its dimension
 */
record Units(String dimension, Rational factor) {

    private static final Map<String, Units> KNOWN = known();

    private static final Map<Pattern, Integer> POWERS = Map.of(
            Pattern.compile("(?:square|sq\\.?) +([a-z]+)"), 2,
            Pattern.compile("([a-z]+) +squared"), 2,
            Pattern.compile("([a-z]+) *\\^ *2"), 2,
            Pattern.compile("(?:cubic|cu\\.?) +([a-z]+)"), 3,
            Pattern.compile("([a-z]+) *\\^ *3"), 3);

    private static Map<String, Units> known() {
        Map<String, Units> known = new LinkedHashMap<>();
        add(known, "length", 1, 1000, "mm", "millimeter", "millimetre");
        add(known, "length", 1, 100, "cm", "centimeter", "centimetre");
        add(known, "length", 1, 1, "m", "meter", "metre");
        add(known, "length", 1000, 1, "km", "kilometer", "kilometre");
        add(known, "length", 254, 10_000, "in", "inch", "inches");
        add(known, "length", 3048, 10_000, "ft", "foot", "feet");
        add(known, "length", 9144, 10_000, "yd", "yard");
        add(known, "length", 1_609_344, 1000, "mi", "mile");
        add(known, "mass", 1, 1_000_000, "mg", "milligram");
        add(known, "mass", 1, 1000, "g", "gram");
        add(known, "mass", 1, 1, "kg", "kilogram");
        add(known, "weight", 1, 1, "oz", "ounce");
        add(known, "weight", 16, 1, "lb", "lbs", "pound");
        add(known, "time", 1, 1, "s", "sec", "second");
        add(known, "time", 60, 1, "min", "minute");
        add(known, "time", 3600, 1, "h", "hr", "hour");
        add(known, "time", 86_400, 1, "day");
        add(known, "time", 604_800, 1, "week");
        add(known, "volume", 1, 1000, "ml", "milliliter", "millilitre");
        add(known, "volume", 1, 1, "l", "liter", "litre");
        add(known, "money", 1, 1, "dollars", "dollar", "usd", "us dollars");
        add(known, "money", 1, 100, "cents", "cent");
        add(known, "euro", 1, 1, "euros", "euro", "eur", "€");
        add(known, "pound sterling", 1, 1, "£", "gbp");
        add(known, "angle", 1, 1, "°", "degree", "deg");
        add(known, "radian", 1, 1, "rad", "radian");
        add(known, "percent", 1, 1, "%", "percent", "per cent");
        return Map.copyOf(known);
    }

    private static void add(
            Map<String, Units> known, String dimension, long numerator, long denominator, String... names) {
        Rational factor = Rational.of(numerator).times(Rational.of(denominator).inverse());
        for (String name : names) {
            known.put(name, new Units(dimension, factor));
        }
    }

    /** The unit of a name, in the singular or the plural, or its square or cube; null for any other word. */
    static @Nullable Units named(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        for (Map.Entry<Pattern, Integer> power : POWERS.entrySet()) {
            Matcher matcher = power.getKey().matcher(lower);
            if (matcher.matches()) {
                Units base = plain(matcher.group(1));
                return base == null ? null : base.power(power.getValue());
            }
        }
        return plain(lower);
    }

    private static @Nullable Units plain(String name) {
        Units unit = KNOWN.get(name);
        return unit == null && name.endsWith("s") ? KNOWN.get(name.substring(0, name.length() - 1)) : unit;
    }

    private Units power(int exponent) {
        return new Units(dimension + "^" + exponent, factor.power(BigInteger.valueOf(exponent)));
    }

    /** The word for comparing it with others: small letters, without the s of a plural. */
    static String stem(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
        return lower.length() > 2 && lower.endsWith("s") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
