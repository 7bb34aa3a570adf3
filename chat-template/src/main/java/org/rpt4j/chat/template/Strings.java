package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Python's string functions. */
final class Strings {

    private Strings() {}

    /**
     * @param characters characters to strip; null for white space
     */
    static String strip(String text, @Nullable String characters, boolean left, boolean right) {
        int start = 0;
        int end = text.length();
        while (left && start < end && strips(text.charAt(start), characters)) {
            start++;
        }
        while (right && end > start && strips(text.charAt(end - 1), characters)) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean strips(char c, @Nullable String characters) {
        return characters == null ? Character.isWhitespace(c) || Character.isSpaceChar(c) : characters.indexOf(c) >= 0;
    }

    /**
     * @param separator separator; null for runs of white space
     */
    static List<Object> split(String text, @Nullable String separator, int most) {
        if (separator == null) {
            String trimmed = strip(text, null, true, true);
            String[] words = trimmed.split("\\s+", most < 0 ? 0 : most + 1);
            return trimmed.isEmpty() ? List.of() : new ArrayList<>(Arrays.asList(words));
        }
        if (separator.isEmpty()) {
            throw new JinjaException("string method split: the separator is empty");
        }
        List<Object> parts = new ArrayList<>();
        int start = 0;
        for (int at = text.indexOf(separator); at >= 0 && parts.size() != most; at = text.indexOf(separator, start)) {
            parts.add(text.substring(start, at));
            start = at + separator.length();
        }
        parts.add(text.substring(start));
        return parts;
    }

    /**
     * @param most maximum number of replacements; negative for all
     */
    static String replace(String text, String old, String replacement, int most) {
        if (old.isEmpty()) {
            throw new JinjaException("replace: the text to replace is empty");
        }
        return join(split(text, old, most), replacement);
    }

    static long count(String text, String part) {
        return split(text, part, -1).size() - 1L;
    }

    static String join(List<Object> parts, String separator) {
        BoundedText text = new BoundedText();
        for (int i = 0; i < parts.size(); i++) {
            text.append(i == 0 ? "" : separator).append(Values.text(parts.get(i)));
        }
        return text.toString();
    }

    static String without(String text, String part, boolean atStart) {
        if (atStart) {
            return text.startsWith(part) ? text.substring(part.length()) : text;
        }
        return text.endsWith(part) ? text.substring(0, text.length() - part.length()) : text;
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static String capitalize(String text) {
        return text.isEmpty() ? text : upper(text.substring(0, 1)) + lower(text.substring(1));
    }

    static String title(String text) {
        StringBuilder titled = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            titled.append(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
        }
        return titled.toString();
    }

    /** The filter {@code title}, which, unlike the method, splits words only at white space and opening brackets. */
    static String titledWords(String text) {
        StringBuilder titled = new StringBuilder(text.length());
        boolean wordStart = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            titled.append(wordStart ? Character.toUpperCase(c) : Character.toLowerCase(c));
            wordStart = Character.isWhitespace(c) || "-({[<".indexOf(c) >= 0;
        }
        return titled.toString();
    }

    static String indent(String text, String blanks, boolean first, boolean blank) {
        BoundedText indented = new BoundedText();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            boolean prefixed = i == 0 ? first : blank || !lines[i].isEmpty();
            indented.append(i == 0 ? "" : "\n").append(prefixed ? blanks : "").append(lines[i]);
        }
        return indented.toString();
    }
}
