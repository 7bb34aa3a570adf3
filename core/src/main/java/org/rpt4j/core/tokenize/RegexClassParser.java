package org.rpt4j.core.tokenize;

import org.rpt4j.api.error.TokenizerException;

/** Parses what stands for one character in a regular expression. Not thread-safe. */
final class RegexClassParser {

    private static final int MAX_DEPTH = 20;

    private final String source;
    private final boolean ignoresCase;
    private int position;
    private int depth;

    RegexClassParser(String source, int position, boolean ignoresCase) {
        this.source = source;
        this.position = position;
        this.ignoresCase = ignoresCase;
    }

    /** Where the next character of the source is. */
    int position() {
        return position;
    }

    /** A literal, an escape or a class in brackets. */
    CodePointSet next() {
        int c = take();
        if (c == '[') {
            return brackets();
        }
        if (c != '\\') {
            return folded(CodePointSet.of(c));
        }
        int literal = literalEscape();
        return literal >= 0 ? folded(CodePointSet.of(literal)) : namedEscape();
    }

    private CodePointSet brackets() {
        if (++depth > MAX_DEPTH) {
            throw unsupported("classes nested more than " + MAX_DEPTH + " deep");
        }
        boolean negative = accept('^');
        CodePointSet all = CodePointSet.ALL;
        CodePointSet set = CodePointSet.NONE;
        boolean empty = true;
        while (empty || peek() != ']') {
            if (source.startsWith("&&", position)) {
                position += 2;
                all = all.intersection(set);
                set = CodePointSet.NONE;
            } else if (source.startsWith("[:", position)) {
                throw unsupported("a POSIX class");
            } else if (accept('[')) {
                set = set.union(brackets());
            } else {
                set = set.union(element());
            }
            empty = false;
        }
        position++;
        depth--;
        CodePointSet result = all.intersection(set);
        return negative ? result.complement() : result;
    }

    private CodePointSet element() {
        int first = take();
        if (first == '\\') {
            first = literalEscape();
            if (first < 0) {
                return namedEscape();
            }
        }
        if (peek() != '-' || source.startsWith("-]", position)) {
            return folded(CodePointSet.of(first));
        }
        position++;
        int last = take();
        if (last == '\\') {
            last = literalEscape();
        }
        if (last < first || last == '[') {
            throw unsupported("a range without an end");
        }
        return folded(CodePointSet.range(first, last));
    }

    /** The character of an escape, or -1 if it is none; then the position is at its letter. */
    private int literalEscape() {
        int c = take();
        switch (c) {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'f':
                return '\f';
            case 'v':
                return 0x0B;
            case 'u':
                return hexadecimal(4);
            case 'x':
                if (accept('{')) {
                    int end = source.indexOf('}', position);
                    int value = hexadecimal(Math.max(0, end - position));
                    position++;
                    return value;
                }
                return hexadecimal(2);
            default:
                if (Character.isLetterOrDigit(c)) {
                    position--;
                    return -1;
                }
                return c;
        }
    }

    private int hexadecimal(int digits) {
        if (digits < 1 || digits > 6 || position + digits > source.length()) {
            throw unsupported("a malformed character code");
        }
        try {
            int value = Integer.parseUnsignedInt(source.substring(position, position + digits), 16);
            position += digits;
            if (value <= Character.MAX_CODE_POINT) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw unsupported("a malformed character code");
    }

    private CodePointSet namedEscape() {
        int c = take();
        CodePointSet set;
        switch (Character.toLowerCase(c)) {
            case 's':
                set = UnicodeTables.WHITE_SPACE;
                break;
            case 'd':
                set = UnicodeTables.category("Nd");
                break;
            case 'w':
                set = depth > 0 ? UnicodeTables.WORD_IN_CLASS : UnicodeTables.WORD;
                break;
            case 'p':
                return property(c == 'P');
            default:
                throw unsupported("the escape \\" + Character.toString(c));
        }
        return Character.isUpperCase(c) ? set.complement() : set;
    }

    private CodePointSet property(boolean negative) {
        int end = source.indexOf('}', position);
        if (!accept('{') || end < 0) {
            throw unsupported("a property without braces");
        }
        if (ignoresCase) {
            throw unsupported("a property without regard to case");
        }
        boolean inverted = accept('^') != negative;
        String name = source.substring(position, end);
        position = end + 1;
        CodePointSet set = UnicodeTables.find(name);
        if (set == null) {
            throw unsupported("the property \"" + name + "\"");
        }
        return inverted ? set.complement() : set;
    }

    /** Adds the other case of ASCII letters, among them the long s and the Kelvin sign. */
    private CodePointSet folded(CodePointSet set) {
        if (!ignoresCase) {
            return set;
        }
        CodePointSet result = set;
        for (int lower = 'a'; lower <= 'z'; lower++) {
            int upper = lower - 'a' + 'A';
            if (set.contains(lower) || set.contains(upper)) {
                result = result.union(CodePointSet.of(lower)).union(CodePointSet.of(upper));
                result = lower == 's' ? result.union(CodePointSet.of(0x17F)) : result;
                result = lower == 'k' ? result.union(CodePointSet.of(0x212A)) : result;
            }
        }
        CodePointSet beyond = set.intersection(CodePointSet.range(0x80, Character.MAX_CODE_POINT));
        for (String cased : new String[] {"L", "M", "Nl", "So"}) {
            if (!beyond.intersection(UnicodeTables.category(cased)).isEmpty()) {
                throw unsupported("letters outside ASCII without regard to case");
            }
        }
        return result;
    }

    private int peek() {
        if (position >= source.length()) {
            throw unsupported("a class or escape without an end");
        }
        return source.codePointAt(position);
    }

    private int take() {
        int c = peek();
        position += Character.charCount(c);
        return c;
    }

    private boolean accept(int c) {
        boolean found = peek() == c;
        position += found ? 1 : 0;
        return found;
    }

    private TokenizerException unsupported(String what) {
        return RegexParser.unsupported(source, Math.min(position, source.length()), what);
    }
}
