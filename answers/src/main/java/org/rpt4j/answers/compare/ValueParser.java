package org.rpt4j.answers.compare;

import static org.rpt4j.answers.compare.LatexText.WORD_CLOSE;
import static org.rpt4j.answers.compare.LatexText.WORD_OPEN;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a formula with the unit or the words around it. */
final class ValueParser {

    /** A number or a closed formula, and then a plain word of a unit. */
    private static final Pattern PLAIN_UNIT =
            Pattern.compile("(.*[0-9)}π.] *)(?<![A-Za-z\\\\])([A-Za-z]{2,}[A-Za-z0-9 /^{}]*)");

    private static final Pattern UNIT = Pattern.compile("[\\p{L}°%'’., /*-]*(?:\\^ *-? *[0-9][\\p{L}°%'’., /*-]*)*");
    /** Words before an answer that say nothing about it. */
    private static final Pattern LEAD = Pattern.compile("(?i)(?:the )?(?:final )?answer(?: is)?:?|[\\p{L} ]*:");

    /** What takes an angle, so that the degrees behind it are those of the angle. */
    private static final Pattern ANGLE = Pattern.compile("sin|cos|tan|cot|sec|csc");

    private ValueParser() {}

    /** A formula, with a unit before or behind it. */
    static Form.Value parse(String text) {
        Matcher first = FormParser.WORD.matcher(text);
        if (first.lookingAt()) {
            String before = first.group(1).strip();
            if (Units.named(before) == null && !LEAD.matcher(before).matches()) {
                throw new UnreadableAnswer("not-understood");
            }
            return LEAD.matcher(before).matches()
                    ? parse(text.substring(first.end()).strip())
                    : new Form.Value(ExpressionParser.parse(text.substring(first.end())), before);
        }
        char sign = text.charAt(0);
        if (Character.getType(sign) == Character.CURRENCY_SYMBOL) {
            return new Form.Value(ExpressionParser.parse(text.substring(1)), String.valueOf(sign));
        }
        char last = text.charAt(text.length() - 1);
        String before = text.substring(0, text.length() - 1);
        boolean only = before.indexOf(last) < 0 && !ANGLE.matcher(before).find();
        if ((last == '°' || last == '%') && only && !before.isBlank()) {
            return new Form.Value(ExpressionParser.parse(before), String.valueOf(last));
        }
        int word = text.indexOf(WORD_OPEN);
        if (word > 0) {
            String unit = text.substring(word).replaceAll("[" + WORD_OPEN + WORD_CLOSE + "{}]", " ");
            return new Form.Value(ExpressionParser.parse(text.substring(0, word)), unit(unit));
        }
        Matcher plain = PLAIN_UNIT.matcher(text);
        if (plain.matches() && isUnit(plain.group(2))) {
            for (String earlier : plain.group(1).split("[^A-Za-z]+")) {
                if (earlier.length() > 1 && Units.named(earlier) != null) {
                    throw new UnreadableAnswer("not-understood");
                }
            }
            return new Form.Value(ExpressionParser.parse(plain.group(1)), unit(plain.group(2)));
        }
        return new Form.Value(ExpressionParser.parse(text), "");
    }

    /** A unit; further numbers, as in feet and inches, are more than that. */
    private static String unit(String text) {
        String unit = text.strip();
        if (!UNIT.matcher(unit).matches()) {
            throw new UnreadableAnswer("not-understood");
        }
        return unit;
    }

    /** A word that is a unit, or too long to be a product of variables. */
    private static boolean isUnit(String word) {
        String first = word.split("[ /^]")[0];
        return Units.named(first) != null || first.length() > 3 && !first.equals("sqrt") && !first.startsWith("arc");
    }
}
