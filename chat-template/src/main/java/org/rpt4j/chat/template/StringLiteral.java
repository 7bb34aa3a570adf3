package org.rpt4j.chat.template;

/** Decodes the escapes of a string literal, following Python. */
final class StringLiteral {

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
            } else {
                simple(escaped, text);
            }
        }
        return text.toString();
    }

    private static void simple(char escaped, StringBuilder text) {
        switch (escaped) {
            case 'n' -> text.append('\n');
            case 't' -> text.append('\t');
            case 'r' -> text.append('\r');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case '\\', '\'', '"' -> text.append(escaped);
            case '\n' -> {}
            default -> text.append('\\').append(escaped);
        }
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
