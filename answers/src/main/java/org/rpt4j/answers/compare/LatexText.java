package org.rpt4j.answers.compare;

import java.util.Map;

/**
 * An answer without what LaTeX and Unicode have for its looks. The result has one character for each operator, braces
 * that group, {@link #SET_OPEN} and {@link #SET_CLOSE} for braces that are shown, words between {@link #WORD_OPEN} and
 * {@link #WORD_CLOSE}, and commands for fractions and functions.
 */
final class LatexText {

    static final char SET_OPEN = '\uE000';
    static final char SET_CLOSE = '\uE001';
    static final char WORD_OPEN = '\uE002';
    static final char WORD_CLOSE = '\uE003';
    static final char MATRIX_OPEN = '\uE004';
    static final char MATRIX_CLOSE = '\uE005';
    static final char ROW_END = '\uE006';

    /** The first of the letters, digits and signs of ASCII that are as wide as Chinese characters. */
    private static final char FULL_WIDTH = '\uFF01';

    /** More than any answer of a published benchmark, and few enough for every limit behind it. */
    static final int MOST_CHARACTERS = 2000;

    /** What a command is in the result. */
    private static final Map<String, String> COMMANDS = Map.ofEntries(
            Map.entry("left", ""),
            Map.entry("right", ""),
            Map.entry("big", ""),
            Map.entry("Big", ""),
            Map.entry("bigl", ""),
            Map.entry("bigr", ""),
            Map.entry("Bigl", ""),
            Map.entry("Bigr", ""),
            Map.entry("bigg", ""),
            Map.entry("Bigg", ""),
            Map.entry("displaystyle", ""),
            Map.entry("textstyle", ""),
            Map.entry("limits", ""),
            Map.entry("mathstrut", ""),
            Map.entry("boxed", ""),
            Map.entry("quad", " "),
            Map.entry("qquad", " "),
            Map.entry("enspace", " "),
            Map.entry("thinspace", " "),
            Map.entry("dfrac", "\\frac "),
            Map.entry("tfrac", "\\frac "),
            Map.entry("cfrac", "\\frac "),
            Map.entry("dbinom", "\\binom "),
            Map.entry("tbinom", "\\binom "),
            Map.entry("cdot", "*"),
            Map.entry("times", "*"),
            Map.entry("ast", "*"),
            Map.entry("div", "/"),
            Map.entry("pm", "±"),
            Map.entry("mp", "∓"),
            Map.entry("cup", "∪"),
            Map.entry("infty", "∞"),
            Map.entry("pi", "π"),
            Map.entry("sqrt", "√"),
            Map.entry("circ", "°"),
            Map.entry("degree", "°"),
            Map.entry("degrees", "°"),
            Map.entry("le", "≤"),
            Map.entry("leq", "≤"),
            Map.entry("leqslant", "≤"),
            Map.entry("ge", "≥"),
            Map.entry("geq", "≥"),
            Map.entry("geqslant", "≥"),
            Map.entry("lt", "<"),
            Map.entry("gt", ">"),
            Map.entry("ne", "≠"),
            Map.entry("neq", "≠"),
            Map.entry("approx", "≈"),
            Map.entry("in", "∈"),
            Map.entry("colon", ":"),
            Map.entry("lbrace", String.valueOf(SET_OPEN)),
            Map.entry("rbrace", String.valueOf(SET_CLOSE)),
            Map.entry("lbrack", "["),
            Map.entry("rbrack", "]"),
            Map.entry("langle", "("),
            Map.entry("rangle", ")"),
            Map.entry("vert", "|"),
            Map.entry("lvert", "|"),
            Map.entry("rvert", "|"),
            Map.entry("emptyset", SET_OPEN + "" + SET_CLOSE),
            Map.entry("varnothing", SET_OPEN + "" + SET_CLOSE),
            Map.entry("ldots", "…"),
            Map.entry("dots", "…"),
            Map.entry("cdots", "…"));

    private static final Map<Character, String> CHARACTERS = Map.ofEntries(
            Map.entry('−', "-"),
            Map.entry('–', "-"),
            Map.entry('×', "*"),
            Map.entry('·', "*"),
            Map.entry('⋅', "*"),
            Map.entry('÷', "/"),
            Map.entry('⁄', "/"),
            Map.entry('∕', "/"),
            Map.entry('√', "√"),
            Map.entry('²', "^2"),
            Map.entry('³', "^3"),
            Map.entry('½', "\\frac {1}{2}"),
            Map.entry('⅓', "\\frac {1}{3}"),
            Map.entry('⅔', "\\frac {2}{3}"),
            Map.entry('¼', "\\frac {1}{4}"),
            Map.entry('¾', "\\frac {3}{4}"),
            Map.entry('∅', SET_OPEN + "" + SET_CLOSE),
            Map.entry('º', "°"),
            Map.entry('\u00a0', " "),
            Map.entry('\u2009', " "),
            Map.entry('\u202f', " "),
            Map.entry('~', " "),
            Map.entry('$', ""),
            Map.entry('\n', " "),
            Map.entry('\t', " "),
            Map.entry('\r', " "));

    private final String text;
    private final StringBuilder clean = new StringBuilder();
    private int at;

    private LatexText(String text) {
        this.text = text;
    }

    /**
     * Cleans an answer up.
     *
     * @throws UnreadableAnswer if it is too long, or has private characters
     */
    static String clean(String answer) {
        if (answer.length() > MOST_CHARACTERS) {
            throw new UnreadableAnswer("too-long");
        }
        if (answer.chars().anyMatch(c -> c >= SET_OPEN && c <= ROW_END)) {
            throw new UnreadableAnswer("not-math");
        }
        LatexText text = new LatexText(currency(answer));
        while (text.at < text.text.length()) {
            text.step();
        }
        String clean = text.clean.toString().replaceAll(" {2,}", " ").strip();
        clean = clean.replaceAll("\\^ ?(?:\\{ ?° ?\\}|°)", "°");
        return clean.endsWith(".") ? clean.substring(0, clean.length() - 1).strip() : clean;
    }

    /** A lone dollar sign is money; two are the ends of a formula. */
    private static String currency(String answer) {
        String stripped = answer.strip();
        boolean lone = stripped.chars().filter(c -> c == '$').count() == 1 && !stripped.contains("\\$");
        return lone ? stripped.replace("$", WORD_OPEN + "dollars" + WORD_CLOSE) : stripped;
    }

    private void step() {
        char c = text.charAt(at);
        if (c == WORD_OPEN) {
            int end = text.indexOf(WORD_CLOSE, at);
            clean.append(text, at, end + 1);
            at = end + 1;
        } else if (c == '\\') {
            command();
        } else {
            c = c >= FULL_WIDTH && c < FULL_WIDTH + '~' - ' ' ? (char) (c - FULL_WIDTH + '!') : c;
            String plain = CHARACTERS.get(c);
            clean.append(plain == null ? String.valueOf(c) : plain);
            at++;
        }
    }

    private void command() {
        int start = at + 1;
        int end = start;
        while (end < text.length() && isLetter(text.charAt(end))) {
            end++;
        }
        if (end == start) {
            at = Math.min(text.length(), start + 1);
            sign(start < text.length() ? text.charAt(start) : ' ');
            return;
        }
        String name = text.substring(start, end);
        at = end;
        switch (name) {
            case "text",
                    "textbf",
                    "textit",
                    "textrm",
                    "textnormal",
                    "mbox",
                    "mathrm",
                    "mathbf",
                    "mathit",
                    "operatorname" -> word(name);
            case "mathbb" -> clean.append(argument().equals("R") ? "ℝ" : "\\mathbb ");
            case "underline" -> clean.append('{').append(clean(argument())).append('}');
            case "begin", "end" -> environment(name.equals("begin"));
            case "frac", "binom", "overline", "dot" ->
                clean.append('\\').append(name).append(' ');
            default -> {
                String plain = COMMANDS.get(name);
                clean.append(plain == null ? "\\" + name + " " : plain);
            }
        }
    }

    /** A command of one sign. */
    private void sign(char c) {
        switch (c) {
            case '{' -> clean.append(SET_OPEN);
            case '}' -> clean.append(SET_CLOSE);
            case '\\' -> clean.append(ROW_END);
            case '%' -> clean.append('%');
            case '$' -> clean.append(WORD_OPEN).append("dollars").append(WORD_CLOSE);
            case ',', ';', ':', '!', ' ', '>', '/' -> clean.append(c == '!' ? "" : "\u2006");
            case '|' -> clean.append('|');
            // The ends of a formula.
            case '(', ')', '[', ']' -> clean.append(' ');
            case '&', '#', '_' -> clean.append(c);
            default -> throw new UnreadableAnswer("not-math");
        }
    }

    /** The words of a text command; one letter of a font is a variable. */
    private void word(String name) {
        String content = argument();
        if (name.equals("operatorname")) {
            clean.append('\\').append(content).append(' ');
            return;
        }
        boolean font = name.startsWith("math");
        String plain = content.replace("\\", "")
                .replace("{", "")
                .replace("}", "")
                .replace("$", "")
                .strip();
        if (font && plain.length() == 1 || !plain.isEmpty() && !hasLetters(plain)) {
            clean.append(plain);
        } else {
            clean.append(WORD_OPEN).append(plain).append(WORD_CLOSE);
        }
    }

    private void environment(boolean begins) {
        String name = argument();
        boolean matrix = name.endsWith("matrix") || name.equals("array");
        if (begins && name.equals("array") && at < text.length() && text.charAt(at) == '{') {
            argument();
        }
        if (matrix) {
            clean.append(begins ? MATRIX_OPEN : MATRIX_CLOSE);
        } else if (!name.startsWith("align") && !name.startsWith("equation")) {
            throw new UnreadableAnswer("not-math");
        }
    }

    /** What is between the braces that come next, or the next character. */
    private String argument() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        if (at >= text.length()) {
            throw new UnreadableAnswer("not-math");
        }
        if (text.charAt(at) != '{') {
            return String.valueOf(text.charAt(at++));
        }
        int depth = 0;
        for (int i = at; i < text.length(); i++) {
            depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                String content = text.substring(at + 1, i);
                at = i + 1;
                return content;
            }
        }
        throw new UnreadableAnswer("unbalanced-brackets");
    }

    static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean hasLetters(String text) {
        return text.chars().anyMatch(Character::isLetter);
    }
}
