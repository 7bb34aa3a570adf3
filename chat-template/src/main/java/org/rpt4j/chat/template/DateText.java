package org.rpt4j.chat.template;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.Map;

/** Python's {@code strftime} in English, without time zones. */
final class DateText {

    /** Python's directives as patterns of {@link DateTimeFormatter}. */
    private static final Map<Character, String> PATTERNS = Map.ofEntries(
            Map.entry('a', "EEE"),
            Map.entry('A', "EEEE"),
            Map.entry('b', "MMM"),
            Map.entry('h', "MMM"),
            Map.entry('B', "MMMM"),
            Map.entry('c', "EEE MMM ppd HH:mm:ss uuuu"),
            Map.entry('d', "dd"),
            Map.entry('e', "ppd"),
            Map.entry('D', "MM/dd/uu"),
            Map.entry('f', "SSSSSS"),
            Map.entry('F', "uuuu-MM-dd"),
            Map.entry('H', "HH"),
            Map.entry('I', "hh"),
            Map.entry('j', "DDD"),
            Map.entry('k', "ppH"),
            Map.entry('l', "pph"),
            Map.entry('m', "MM"),
            Map.entry('M', "mm"),
            Map.entry('p', "a"),
            Map.entry('R', "HH:mm"),
            Map.entry('r', "hh:mm:ss a"),
            Map.entry('S', "ss"),
            Map.entry('T', "HH:mm:ss"),
            Map.entry('x', "MM/dd/uu"),
            Map.entry('X', "HH:mm:ss"),
            Map.entry('y', "uu"),
            Map.entry('Y', "uuuu"));

    private DateText() {}

    static String of(LocalDateTime time, String format, Budget budget) {
        BoundedText text = new BoundedText(budget);
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.append(c);
                continue;
            }
            char flag = format.charAt(++i);
            boolean flagged = "-_^0".indexOf(flag) >= 0 && i + 1 < format.length();
            String value = directive(time, flagged ? format.charAt(++i) : flag);
            budget.spend(Budget.SCOPE);
            text.append(flagged ? withFlag(value, flag) : value);
        }
        return text.toString();
    }

    private static String withFlag(String value, char flag) {
        String digits = value.replaceFirst("^[0 ]+(?=.)", "");
        return switch (flag) {
            case '-' -> digits;
            case '_' -> " ".repeat(value.length() - digits.length()) + digits;
            case '0' -> "0".repeat(value.length() - digits.length()) + digits;
            default -> value.toUpperCase(Locale.ROOT);
        };
    }

    private static String directive(LocalDateTime time, char directive) {
        int dayOfYear = time.getDayOfYear() - 1;
        int day = time.getDayOfWeek().getValue();
        return switch (directive) {
            case '%' -> "%";
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'C' -> twoDigits(time.getYear() / 100);
            case 'w' -> String.valueOf(day % 7);
            case 'u' -> String.valueOf(day);
            case 'U' -> twoDigits((dayOfYear + 7 - day % 7) / 7);
            case 'W' -> twoDigits((dayOfYear + 7 - (day - 1)) / 7);
            case 'V' -> twoDigits(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case 'G' -> String.valueOf(time.get(IsoFields.WEEK_BASED_YEAR));
            case 'z', 'Z' -> "";
            default -> {
                String pattern = PATTERNS.get(directive);
                if (pattern == null) {
                    throw new JinjaException("strftime_now: \"%" + directive + "\" is not supported");
                }
                yield DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
            }
        };
    }

    private static String twoDigits(int number) {
        return (number < 10 ? "0" : "") + number;
    }
}
