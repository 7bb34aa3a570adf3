package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rpt4j.chat.template.Token.Kind;

/**
 * Splits a template into tokens and handles white space: {@code -} strips its side, the line feed after a tag is
 * dropped ({@code trim_blocks}), and so is the indentation before a tag ({@code lstrip_blocks}) unless {@code +}
 * prevents it.
 */
final class Lexer {

    private static final String[] OPERATORS = {
        "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}",
        ".", ",", ":", "|", ";"
    };

    private static final Pattern RAW = Pattern.compile("\\s*raw\\s*([-+]?)%\\}");
    private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int line = 1;
    private boolean stripNext;
    private boolean trimNext;

    private Lexer(String source) {
        String unified = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = unified.endsWith("\n") ? unified.substring(0, unified.length() - 1) : unified;
    }

    static List<Token> tokens(String source) {
        Lexer lexer = new Lexer(source);
        while (lexer.position < lexer.source.length()) {
            lexer.next();
        }
        lexer.add(Kind.END_OF_TEMPLATE, "");
        return lexer.tokens;
    }

    private void next() {
        JinjaInterruptedException.check();
        int open = nextOpening(position);
        if (open < 0) {
            text(source.length(), false, false);
            return;
        }
        char kind = source.charAt(open + 1);
        char control = open + 2 < source.length() ? source.charAt(open + 2) : ' ';
        text(open, control == '-', kind != '{' && control != '+');
        advance(control == '-' || control == '+' ? 3 : 2);
        switch (kind) {
            case '{' -> code(Kind.EXPRESSION_BEGIN, Kind.EXPRESSION_END, "}}");
            case '%' -> {
                if (!rawBlock()) {
                    code(Kind.TAG_BEGIN, Kind.TAG_END, "%}");
                }
            }
            default -> comment();
        }
    }

    private int nextOpening(int from) {
        for (int i = source.indexOf('{', from); i >= 0; i = source.indexOf('{', i + 1)) {
            if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** Emits the text up to an offset, stripped at each end if the neighbouring tag requires it. */
    private void text(int end, boolean stripEnd, boolean dropIndentation) {
        int start = position;
        int stop = end;
        if (stripNext) {
            while (start < stop && Strings.isSpace(source.charAt(start))) {
                start++;
            }
        } else if (trimNext && start < stop && source.charAt(start) == '\n') {
            start++;
        }
        if (stripEnd) {
            while (stop > start && Strings.isSpace(source.charAt(stop - 1))) {
                stop--;
            }
        } else if (dropIndentation) {
            stop = withoutIndentation(start, stop);
        }
        stripNext = false;
        trimNext = false;
        int startLine = line;
        advance(end - position);
        if (stop > start) {
            tokens.add(new Token(Kind.TEXT, source.substring(start, stop), startLine));
        }
    }

    /** Returns the end of the text without the indentation of its last line, if that line is otherwise empty. */
    private int withoutIndentation(int start, int stop) {
        int i = stop;
        while (i > start && source.charAt(i - 1) != '\n' && Strings.isSpace(source.charAt(i - 1))) {
            i--;
        }
        boolean lineStart = i == 0 || source.charAt(i - 1) == '\n';
        return lineStart ? i : stop;
    }

    private void comment() {
        int end = source.indexOf("#}", position);
        if (end < 0) {
            throw new JinjaException("comment is not closed", line);
        }
        char control = end > position ? source.charAt(end - 1) : ' ';
        advance(end + 2 - position);
        stripNext = control == '-';
        trimNext = control != '+';
    }

    /** Text between {@code raw} and {@code endraw} is taken verbatim. */
    private boolean rawBlock() {
        Matcher begin = RAW.matcher(source).region(position, source.length());
        if (!begin.lookingAt()) {
            return false;
        }
        Matcher end = END_RAW.matcher(source);
        if (!end.find(begin.end())) {
            throw new JinjaException("raw block is not closed", line);
        }
        advance(begin.end() - position);
        stripNext = begin.group(1).equals("-");
        text(end.start(), end.group(1).equals("-"), !end.group(1).equals("+"));
        advance(end.end() - position);
        stripNext = end.group(2).equals("-");
        trimNext = !end.group(2).equals("+");
        return true;
    }

    private void code(Kind begin, Kind end, String closing) {
        add(begin, "");
        int depth = 0;
        while (true) {
            skipSpace();
            if (position >= source.length()) {
                throw new JinjaException("\"" + closing + "\" is missing", line);
            }
            if (depth == 0) {
                char control = source.charAt(position);
                boolean controlled = control == '-' || (control == '+' && closing.equals("%}"));
                if (source.startsWith(closing, position + (controlled ? 1 : 0))) {
                    advance(controlled ? 3 : 2);
                    stripNext = controlled && control == '-';
                    trimNext = end == Kind.TAG_END && !controlled;
                    add(end, closing);
                    return;
                }
            }
            JinjaInterruptedException.check();
            Token token = token();
            tokens.add(token);
            if (token.kind() == Kind.OPERATOR) {
                depth += "([{".contains(token.text()) ? 1 : ")]}".contains(token.text()) ? -1 : 0;
            }
        }
    }

    private Token token() {
        int startLine = line;
        char c = source.charAt(position);
        if (c == '"' || c == '\'') {
            return new Token(Kind.STRING, StringLiteral.unescape(quoted(c), startLine), startLine);
        }
        if (NumberLiteral.isDigit(c)) {
            NumberLiteral number = NumberLiteral.at(source, position);
            return new Token(number.kind(), taken(number.end()), startLine);
        }
        if (Character.isLetter(c) || c == '_') {
            int end = position;
            while (end < source.length()
                    && (Character.isLetterOrDigit(source.charAt(end)) || source.charAt(end) == '_')) {
                end++;
            }
            return new Token(Kind.NAME, taken(end), startLine);
        }
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, position)) {
                advance(operator.length());
                return new Token(Kind.OPERATOR, operator, startLine);
            }
        }
        throw new JinjaException("character '" + c + "' is not part of the language", line);
    }

    private String quoted(char quote) {
        int end = position + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw new JinjaException("string is not closed", line);
        }
        String content = source.substring(position + 1, end);
        advance(end + 1 - position);
        return content;
    }

    private void skipSpace() {
        while (position < source.length() && Strings.isSpace(source.charAt(position))) {
            advance(1);
        }
    }

    private String taken(int end) {
        String text = source.substring(position, end);
        advance(end - position);
        return text;
    }

    private void advance(int characters) {
        int end = Math.min(source.length(), position + characters);
        for (; position < end; position++) {
            line += source.charAt(position) == '\n' ? 1 : 0;
        }
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line));
    }
}
