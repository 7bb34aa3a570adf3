package org.rpt4j.api.error;

/**
 * Makes text from outside safe to print: names of files, keys and fields, what a model wrote, messages of templates.
 * Every character that a terminal obeys, or that changes the order in which other characters appear, is shown as its
 * escape, such as {@code \}{@code u001b}: controls (C0, DEL, C1), bidirectional controls, line and paragraph separators.
 * Everything else stays. The messages of all {@link RptException}s are printable. Stateless.
 *
 * @since 0.1.0
 */
public final class Printable {

    private static final String BIDIRECTIONAL =
            "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    private Printable() {}

    /** A text of one or more lines: line feeds, with or without a carriage return before them, and tabs stay. */
    public static String of(String text) {
        return escape(text, true);
    }

    /** A text within a line, such as one value of a log line: line feeds and tabs are escaped, too. */
    public static String line(Object value) {
        return escape(String.valueOf(value), false);
    }

    private static String escape(String text, boolean lines) {
        int first = 0;
        while (first < text.length() && isKept(text, first, lines)) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 32).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isKept(text, i, lines)) {
                escaped.append(c);
            } else {
                escaped.append(escape(c));
            }
        }
        return escaped.toString();
    }

    private static boolean isKept(String text, int i, boolean lines) {
        char c = text.charAt(i);
        if (c == '\r') {
            return lines && i + 1 < text.length() && text.charAt(i + 1) == '\n';
        }
        return c == '\n' || c == '\t' ? lines : !isObeyed(c);
    }

    /** Whether a terminal or a viewer obeys this character instead of showing it; line feed and tab are such. */
    public static boolean isObeyed(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || BIDIRECTIONAL.indexOf(c) >= 0;
    }

    /** The escape of a character: a backslash, {@code u}, and four hexadecimal digits. */
    public static String escape(char c) {
        String digits = Integer.toHexString(c);
        return "\\u" + "0".repeat(4 - digits.length()) + digits;
    }
}
