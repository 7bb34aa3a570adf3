package org.rpt4j.answers.compare;

import static org.rpt4j.answers.compare.LatexText.SET_CLOSE;
import static org.rpt4j.answers.compare.LatexText.SET_OPEN;
import static org.rpt4j.answers.compare.LatexText.WORD_CLOSE;
import static org.rpt4j.answers.compare.LatexText.WORD_OPEN;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what an answer is. An answer that may be meant in several ways has several readings. */
final class FormParser {

    private static final int MOST_PARTS = 100;
    private static final int MOST_DEPTH = 40;
    private static final String OPENING = "([{" + SET_OPEN + LatexText.MATRIX_OPEN;
    private static final String CLOSING = ")]}" + SET_CLOSE + LatexText.MATRIX_CLOSE;
    private static final String RELATIONS = "=<>≤≥≠≈";

    private static final Pattern GROUPS = Pattern.compile("(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])");
    private static final Pattern SPACES =
            Pattern.compile("(?<![0-9.])[0-9]{1,3}(?:(?:\\{,\\}|[ \u2006])[0-9]{3})+(?![0-9]| */)");
    private static final Pattern AND = Pattern.compile("\\s*,?\\s*(?:" + WORD_OPEN + "\\s*(?:and|or)\\s*" + WORD_CLOSE
            + "|(?<![A-Za-z])(?:and|or)(?![A-Za-z]))\\s*");
    static final Pattern WORD = Pattern.compile(WORD_OPEN + "([^" + WORD_CLOSE + "]*)" + WORD_CLOSE);
    /** Words without a formula. */
    private static final Pattern PLAIN_WORDS = Pattern.compile("\\(?[A-Za-z][A-Za-z'’ .,-]*\\)?");

    private static final Pattern LONG_WORD = Pattern.compile("[A-Za-z]{4,}|[A-Za-z]{2,} +[A-Za-z]{2,}");
    private static final Pattern BASED = Pattern.compile("([0-9A-F]+) *_ *(?:\\{ *([0-9]{1,2}) *\\}|([0-9]{1,2}))");
    private static final Pattern ONE_LETTER_UNIT = Pattern.compile("(.*[0-9)}]) +([a-zA-Z])");

    private static final Pattern NOTHING = Pattern.compile("no (?:real )?solutions?|(?:the )?empty set");
    private static final Pattern REALS = Pattern.compile("(?:the set of )?all real numbers|all reals");
    /** Words that could be products of variables. */
    private static final Pattern SHORT_WORD = Pattern.compile("[A-Za-z]{3}|(?i:no)");

    private FormParser() {}

    /**
     * The readings of an answer, the most likely one first.
     *
     * @throws UnreadableAnswer if it has none
     */
    static List<Form> readings(String answer) {
        String clean = LatexText.clean(answer)
                .replace("<=", "≤")
                .replace(">=", "≥")
                .replace("!=", "≠")
                .replace("==", "=")
                .replace(';', ',');
        String joined = joined(SPACES, clean, "[ \u2006{},]");
        String grouped = joined(GROUPS, joined, ",");
        Set<String> texts = new LinkedHashSet<>(List.of(grouped, joined, clean));
        Set<Form> readings = new LinkedHashSet<>();
        UnreadableAnswer problem = null;
        for (String text : texts) {
            try {
                readings.add(parse(text, 0));
                if (SHORT_WORD.matcher(text).matches()) {
                    readings.add(new Form.Words(text));
                }
                Matcher unit = ONE_LETTER_UNIT.matcher(text);
                if (unit.matches()) {
                    readings.add(parse(unit.group(1) + WORD_OPEN + unit.group(2) + WORD_CLOSE, 0));
                }
            } catch (UnreadableAnswer e) {
                problem = problem == null ? e : problem;
            }
        }
        if (readings.isEmpty() && problem != null) {
            throw problem;
        }
        return List.copyOf(readings);
    }

    /** The numbers that match without the separators of their digits. */
    private static String joined(Pattern numbers, String text, String separators) {
        return numbers.matcher(text).replaceAll(number -> number.group().replaceAll(separators, ""));
    }

    private static Form parse(String untrimmed, int depth) {
        String text = untrimmed.strip();
        if (text.isEmpty()) {
            throw new UnreadableAnswer("empty-answer");
        }
        if (depth > MOST_DEPTH) {
            throw new UnreadableAnswer("too-deep");
        }
        if (text.charAt(0) == '=') {
            return parse(text.substring(1), depth + 1);
        }
        if (isWords(text)) {
            return words(text);
        }
        text = AND.matcher(text).replaceAll(",");
        if (text.indexOf('±') >= 0 || text.indexOf('∓') >= 0) {
            return new Form.Several(List.of(
                    parse(text.replace('±', '+').replace('∓', '-'), depth + 1),
                    parse(text.replace('±', '-').replace('∓', '+'), depth + 1)));
        }
        int member = indexAtTop(text, "∈");
        if (member >= 0) {
            return parse(text.substring(member + 1), depth + 1);
        }
        List<String> sets = split(text, "∪");
        if (sets.size() > 1) {
            return new Form.Union(all(sets, depth));
        }
        List<String> parts = split(text, ",");
        if (parts.size() > 1) {
            return new Form.Several(all(parts, depth));
        }
        List<String> sides = split(text, RELATIONS);
        if (sides.size() > 1) {
            return new Form.Relation(all(sides, depth), operators(text));
        }
        List<String> ratio = split(text, ":");
        if (ratio.size() > 1) {
            return new Form.Ratio(all(ratio, depth));
        }
        return single(text, depth);
    }

    private static Form single(String text, int depth) {
        if (text.equals("ℝ")) {
            return realNumbers();
        }
        char open = text.charAt(0);
        char close = text.charAt(text.length() - 1);
        if (enclosed(text)) {
            String inner = text.substring(1, text.length() - 1);
            if (open == LatexText.MATRIX_OPEN) {
                return matrix(inner, depth);
            }
            List<String> parts = split(inner, ",");
            boolean braces = open == '{' && close == '}';
            if (open == SET_OPEN || braces && parts.size() > 1) {
                return new Form.Elements(inner.isBlank() ? List.of() : all(parts, depth));
            }
            if (open == '[' || parts.size() > 1) {
                return new Form.Bracketed(open, close, all(parts, depth));
            }
            return parse(inner, depth + 1);
        }
        Matcher based = BASED.matcher(text);
        if (based.matches()) {
            int base = Integer.parseInt(based.group(2) == null ? based.group(3) : based.group(2));
            if (base >= Character.MIN_RADIX
                    && base <= 16
                    && based.group(1).chars().allMatch(c -> Character.digit(c, base) >= 0)) {
                return new Form.Based(based.group(1), base);
            }
        }
        return ValueParser.parse(text);
    }

    private static boolean isWords(String text) {
        String rest = WORD.matcher(text).replaceAll("");
        if (rest.length() < text.length()) {
            return rest.chars().noneMatch(c -> Character.isLetterOrDigit(c) || "\\√π∞".indexOf(c) >= 0);
        }
        return PLAIN_WORDS.matcher(text).matches()
                && LONG_WORD.matcher(text).find()
                && !text.equals("infinity")
                && !text.contains(" and ")
                && !text.contains(" or ");
    }

    /** Words, and the sets that have names in words. */
    private static Form words(String text) {
        String words = WORD.matcher(text).replaceAll("$1").strip();
        String lower = words.toLowerCase(Locale.ROOT);
        if (NOTHING.matcher(lower).matches()) {
            return new Form.Elements(List.of());
        }
        return REALS.matcher(lower).matches() ? realNumbers() : new Form.Words(words);
    }

    private static Form realNumbers() {
        Expr infinity = new Expr.Sym("∞");
        return new Form.Bracketed(
                '(', ')', List.of(new Form.Value(Expr.negated(infinity), ""), new Form.Value(infinity, "")));
    }

    private static Form matrix(String inner, int depth) {
        List<List<Form>> rows = new ArrayList<>();
        List<String> lines = new ArrayList<>(split(inner, String.valueOf(LatexText.ROW_END)));
        if (lines.get(lines.size() - 1).isBlank()) {
            lines.remove(lines.size() - 1);
        }
        for (String line : lines) {
            rows.add(all(split(line, "&"), depth));
        }
        return new Form.Matrix(List.copyOf(rows));
    }

    private static List<Form> all(List<String> parts, int depth) {
        if (parts.size() > MOST_PARTS) {
            throw new UnreadableAnswer("too-long");
        }
        return parts.stream().map(part -> parse(part, depth + 1)).toList();
    }

    /** Whether the first bracket is closed by the last character and not before. */
    private static boolean enclosed(String text) {
        if (OPENING.indexOf(text.charAt(0)) < 0 || CLOSING.indexOf(text.charAt(text.length() - 1)) < 0) {
            return false;
        }
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += depthChange(text.charAt(i));
            if (depth == 0 && i < text.length() - 1) {
                return false;
            }
        }
        return depth == 0;
    }

    private static int indexAtTop(String text, String characters) {
        int depth = 0;
        boolean word = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            word = c == WORD_OPEN || word && c != WORD_CLOSE;
            depth += depthChange(c);
            if (depth < 0) {
                throw new UnreadableAnswer("unbalanced-brackets");
            }
            if (depth == 0 && !word && characters.indexOf(c) >= 0) {
                return i;
            }
        }
        if (depth > 0) {
            throw new UnreadableAnswer("unbalanced-brackets");
        }
        return -1;
    }

    private static int depthChange(char c) {
        return OPENING.indexOf(c) >= 0 ? 1 : CLOSING.indexOf(c) >= 0 ? -1 : 0;
    }

    /** The parts between any of some characters outside of brackets. */
    private static List<String> split(String text, String characters) {
        List<String> parts = new ArrayList<>();
        String rest = text;
        for (int at = indexAtTop(rest, characters); at >= 0; at = indexAtTop(rest, characters)) {
            parts.add(rest.substring(0, at));
            rest = rest.substring(at + 1);
            if (parts.size() > MOST_PARTS) {
                throw new UnreadableAnswer("too-long");
            }
        }
        parts.add(rest);
        return parts;
    }

    private static String operators(String text) {
        StringBuilder operators = new StringBuilder();
        String rest = text;
        for (int at = indexAtTop(rest, RELATIONS); at >= 0; at = indexAtTop(rest, RELATIONS)) {
            operators.append(rest.charAt(at));
            rest = rest.substring(at + 1);
        }
        return operators.toString().replace('≈', '=');
    }
}
