package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's string functions. Callers charge the texts that they pass. */
final class Strings {

    private static final String LINE_ENDS = "\n\r\u000B\f\u001C\u001D\u001E\u0085\u2028\u2029";

    private Strings() {}

    /** Whether Python counts a character as white space. */
    static boolean isSpace(int c) {
        return c == 0x85 || c == 0xA0 || c == 0x2007 || c == 0x202F || Character.isWhitespace(c);
    }

    /**
     * @param characters characters to strip; null for white space
     */
    static String strip(String text, @Nullable String characters, boolean left, boolean right) {
        BitSet set = new BitSet();
        if (characters != null) {
            characters.codePoints().forEach(set::set);
        }
        int start = 0;
        int end = text.length();
        while (left && start < end && strips(text.codePointAt(start), characters, set)) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (right && end > start && strips(text.codePointBefore(end), characters, set)) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    private static boolean strips(int c, @Nullable String characters, BitSet set) {
        return characters == null ? isSpace(c) : set.get(c);
    }

    /**
     * @param separator separator; null for runs of white space
     * @param most maximum number of splits; negative for all
     */
    static List<Object> split(String text, @Nullable String separator, int most, Budget budget) {
        if (separator == null) {
            return words(text, most, budget);
        }
        Search search = Search.of(text, required(separator), 0, budget);
        List<Object> parts = new ArrayList<>();
        int start = 0;
        for (int at = next(search, parts, most); at >= 0; at = next(search, parts, most)) {
            add(parts, text.substring(start, at), budget);
            start = at + separator.length();
        }
        add(parts, text.substring(start), budget);
        return parts;
    }

    private static int next(Search search, List<Object> parts, int most) {
        return most >= 0 && parts.size() >= most ? -1 : search.next(false);
    }

    /** Splits from the end. */
    static List<Object> splitFromEnd(String text, @Nullable String separator, int most, Budget budget) {
        String reversed = new StringBuilder(text).reverse().toString();
        String mirrored = separator == null
                ? null
                : new StringBuilder(separator).reverse().toString();
        List<Object> parts = split(reversed, mirrored, most, budget);
        Collections.reverse(parts);
        parts.replaceAll(part -> new StringBuilder((String) part).reverse().toString());
        return parts;
    }

    private static List<Object> words(String text, int most, Budget budget) {
        List<Object> words = new ArrayList<>();
        int start = skip(text, 0, true);
        while (start < text.length() && (most < 0 || words.size() < most)) {
            int end = skip(text, start, false);
            add(words, text.substring(start, end), budget);
            start = skip(text, end, true);
        }
        if (start < text.length()) {
            add(words, text.substring(start), budget);
        }
        return words;
    }

    private static int skip(String text, int from, boolean space) {
        int at = from;
        while (at < text.length() && isSpace(text.charAt(at)) == space) {
            at++;
        }
        return at;
    }

    static List<Object> lines(String text, boolean withEnds, Budget budget) {
        List<Object> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = start;
            while (end < text.length() && LINE_ENDS.indexOf(text.charAt(end)) < 0) {
                end++;
            }
            int next = Math.min(text.length(), end + (text.startsWith("\r\n", end) ? 2 : 1));
            add(lines, text.substring(start, withEnds ? next : end), budget);
            start = next;
        }
        return lines;
    }

    private static void add(List<Object> parts, String part, Budget budget) {
        budget.spend(Budget.ELEMENT);
        Budget.checkedLength(parts.size() + 1L);
        parts.add(part);
    }

    /** The parts before, of, and after the first (or last) separator. */
    static Object partition(String text, String separator, boolean first, Budget budget) {
        int at = first
                ? Search.first(text, required(separator), 0, budget)
                : Search.last(text, required(separator), budget);
        if (at < 0) {
            return first ? Sequence.tuple(text, "", "") : Sequence.tuple("", "", text);
        }
        return Sequence.tuple(text.substring(0, at), separator, text.substring(at + separator.length()));
    }

    private static String required(String separator) {
        if (separator.isEmpty()) {
            throw new JinjaException("the separator is empty");
        }
        return separator;
    }

    /**
     * @param most maximum number of replacements; negative for all
     */
    static String replace(String text, String old, String replacement, int most, Budget budget) {
        BoundedText result = new BoundedText(budget);
        int done = 0;
        int start = 0;
        if (old.isEmpty()) {
            for (int at = 0; at <= text.length() && (most < 0 || done < most); done++) {
                result.append(text, start, at).append(replacement);
                start = at;
                at += at < text.length() ? Character.charCount(text.codePointAt(at)) : 1;
            }
            return result.append(text, start, text.length()).toString();
        }
        Search search = Search.of(text, old, 0, budget);
        while (most < 0 || done < most) {
            int at = search.next(false);
            if (at < 0) {
                break;
            }
            result.append(text, start, at).append(replacement);
            start = at + old.length();
            done++;
        }
        return result.append(text, start, text.length()).toString();
    }

    static long count(String text, String part, Budget budget) {
        if (part.isEmpty()) {
            return text.codePointCount(0, text.length()) + 1L;
        }
        Search search = Search.of(text, part, 0, budget);
        long count = 0;
        while (search.next(false) >= 0) {
            count++;
        }
        return count;
    }

    static String join(List<?> parts, String separator, Budget budget) {
        BoundedText text = new BoundedText(budget);
        for (int i = 0; i < parts.size(); i++) {
            text.append(i == 0 ? "" : separator).append(Representation.text(parts.get(i), budget));
        }
        return text.toString();
    }

    static String without(String text, String part, boolean atStart) {
        if (atStart) {
            return text.startsWith(part) ? text.substring(part.length()) : text;
        }
        return text.endsWith(part) ? text.substring(0, text.length() - part.length()) : text;
    }

    /**
     * Fills a text up to a width.
     *
     * @param left share of the missing characters that goes to the left: 0 none, 1 half, 2 all
     */
    static String padded(String text, int width, String fill, int left, Budget budget) {
        long missing = Math.max(0, (long) width - text.codePointCount(0, text.length()));
        long before = left == 1 ? missing / 2 + (missing & width & 1) : left == 2 ? missing : 0;
        return new BoundedText(budget)
                .repeat(fill, before)
                .append(text)
                .repeat(fill, missing - before)
                .toString();
    }

    static String zeroFilled(String text, int width, Budget budget) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String sign = signed ? text.substring(0, 1) : "";
        return sign + padded(text.substring(sign.length()), width - sign.length(), "0", 2, budget);
    }

    static String indent(String text, String blanks, boolean first, boolean blank, Budget budget) {
        List<Object> lines = lines(text + "\n", false, budget);
        BoundedText indented = new BoundedText(budget).append(first ? blanks : "");
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            indented.append(i == 0 ? "" : "\n");
            indented.append(i > 0 && (blank || !line.isEmpty()) ? blanks : "").append(line);
        }
        return indented.toString();
    }

    /** Returns the offset of a bound that counts characters, from the end if it is negative. */
    static int offset(String text, long bound) {
        int length = text.codePointCount(0, text.length());
        long place = Math.max(0, Math.min(length, bound < 0 ? bound + length : bound));
        return text.offsetByCodePoints(0, (int) place);
    }
}
