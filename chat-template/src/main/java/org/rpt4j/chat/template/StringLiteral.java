package org.rpt4j.chat.template;

/** Decodes the escapes of a string literal, following Python. */
final class StringLiteral {

    private static final int MOST_OCTAL_DIGITS = 3;

    private StringLiteral() {}

    static String unescape(String raw, int line) {
        StringBuilder text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\' || i + 1 == raw.length()) {
                text.append(c);
                continue;
            }
            char escaped = raw.charAt(++i);
            int hexDigits = switch (escaped) {
                case 'x' -> 2;
                case 'u' -> 4;
                case 'U' -> 8;
                default -> 0;
            };
            if (hexDigits > 0) {
                text.appendCodePoint(codePoint(raw, i + 1, hexDigits, line));
                i += hexDigits;
            } else if (escaped == 'N') {
                int end = raw.indexOf('}', i);
                text.appendCodePoint(named(raw, i + 1, end, line));
                i = end;
            } else if (isOctal(escaped)) {
                int end = i + 1;
                while (end < Math.min(raw.length(), i + MOST_OCTAL_DIGITS) && isOctal(raw.charAt(end))) {
                    end++;
                }
                text.append((char) Integer.parseInt(raw.substring(i, end), 8));
                i = end - 1;
            } else {
                simple(raw.codePointAt(i), text);
                i += Character.charCount(raw.codePointAt(i)) - 1;
            }
        }
        return text.toString();
    }

    private static boolean isOctal(char c) {
        return c >= '0' && c <= '7';
    }

    private static void simple(int escaped, StringBuilder text) {
        switch (escaped) {
            case 'n' -> text.append('\n');
            case 't' -> text.append('\t');
            case 'r' -> text.append('\r');
            case 'a' -> text.append('\u0007');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'v' -> text.append('\u000B');
            case '\\', '\'', '"' -> text.appendCodePoint(escaped);
            case '\n' -> {}
            default -> {
                // Jinja2 escapes what is not ASCII before it decodes, and a second backslash takes effect first.
                text.append('\\');
                if (escaped < 128) {
                    text.appendCodePoint(escaped);
                } else {
                    text.append(
                            Representation.escaped(escaped),
                            1,
                            Representation.escaped(escaped).length());
                }
            }
        }
    }

    /** The character with a name from Unicode, in braces. */
    private static int named(String raw, int open, int close, int line) {
        try {
            if (close > open && raw.charAt(open) == '{') {
                return Character.codePointOf(raw.substring(open + 1, close));
            }
        } catch (IllegalArgumentException e) {
            // Reported below.
        }
        throw new JinjaException("\\N is not followed by the name of a character in braces", line);
    }

    private static int codePoint(String raw, int from, int digits, int line) {
        try {
            int value = Integer.parseInt(raw.substring(from, from + digits), 16);
            if (Character.isValidCodePoint(value)) {
                return value;
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            // Reported below, like any other value that is not a code point.
        }
        throw new JinjaException("\\" + raw.charAt(from - 1) + " is not followed by a code point number", line);
    }
}
