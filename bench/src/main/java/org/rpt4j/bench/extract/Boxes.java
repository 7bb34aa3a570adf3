package org.rpt4j.bench.extract;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The contents of the boxes in a text: {@code \boxed{...}} and {@code \fbox{...}} with balanced braces, and {@code \boxed 7},
 * which some solutions of MATH have, up to the end of its formula. Stateless.
 */
final class Boxes {

    private static final Pattern OPENING = Pattern.compile("\\\\(?:boxed|fbox)(?:( *\\{)| +(?! ))");

    private Boxes() {}

    /** All boxes that are closed, in their order; a box inside another counts as a part of it. */
    static List<String> all(String text) {
        List<String> contents = new ArrayList<>();
        Matcher opening = OPENING.matcher(text);
        int from = 0;
        while (from <= text.length() && opening.find(from)) {
            int end = opening.group(1) == null ? formulaEnd(text, opening.end()) : closing(text, opening.end());
            if (end < 0) {
                break;
            }
            contents.add(text.substring(opening.end(), end).strip());
            from = end + 1;
        }
        return contents;
    }

    private static int formulaEnd(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) != '$' && text.charAt(end) != '\n') {
            end++;
        }
        return end;
    }

    /** The brace that closes what was opened before a place; -1 if none does. An escaped brace, as in a set, is none. */
    private static int closing(String text, int from) {
        int depth = 1;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
