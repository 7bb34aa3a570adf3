package org.rpt4j.core.tokenize;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.rpt4j.api.error.TokenizerException;

/**
 * Parses the regular expressions of {@code tokenizer.json}, in the syntax of Oniguruma, which the Hugging Face library
 * uses. What is not understood exactly is refused. Not thread-safe.
 */
final class RegexParser {

    private static final int MAX_LENGTH = 20_000;
    private static final int MAX_DEPTH = 50;
    private static final int MAX_COUNT = 1_000;
    // With case ignored, one character such as the German sharp s equals two of these.
    private static final Set<String> LIGATURES = Set.of("ss", "st", "ff", "fi", "fl");

    private final String source;
    private int position;
    private int depth;
    private boolean ignoresCase;

    private RegexParser(String source) {
        this.source = source;
    }

    static RegexNode parse(String source) {
        RegexParser parser = new RegexParser(source);
        if (source.length() > MAX_LENGTH) {
            throw new TokenizerException("tokenizer.json has a regular expression of " + source.length()
                    + " characters; at most " + MAX_LENGTH + " are read");
        }
        RegexNode whole = parser.choice();
        if (parser.position < source.length()) {
            throw parser.unsupported("an unopened )");
        }
        return whole;
    }

    private RegexNode choice() {
        if (++depth > MAX_DEPTH) {
            throw unsupported("groups nested more than " + MAX_DEPTH + " deep");
        }
        boolean outer = ignoresCase;
        List<RegexNode> options = new ArrayList<>();
        do {
            options.add(sequence());
        } while (accept("|"));
        ignoresCase = outer;
        depth--;
        return options.size() == 1 ? options.get(0) : new RegexNode.Choice(List.copyOf(options));
    }

    private RegexNode sequence() {
        List<RegexNode> parts = new ArrayList<>();
        int lastLetter = -1;
        while (position < source.length() && peek() != '|' && peek() != ')') {
            int letter = peek();
            if (ignoresCase && lastLetter >= 0 && isLigature(lastLetter, letter)) {
                throw unsupported("letters whose other case is one character, without regard to case");
            }
            lastLetter = letter;
            parts.add(quantified(atom()));
        }
        return parts.size() == 1 ? parts.get(0) : new RegexNode.Sequence(List.copyOf(parts));
    }

    private static boolean isLigature(int first, int second) {
        return LIGATURES.contains(Character.toString(first).toLowerCase(java.util.Locale.ROOT)
                + Character.toString(second).toLowerCase(java.util.Locale.ROOT));
    }

    private RegexNode quantified(RegexNode body) {
        int min;
        int max;
        boolean counted = false;
        if (accept("?")) {
            min = 0;
            max = 1;
        } else if (accept("*")) {
            min = 0;
            max = Integer.MAX_VALUE;
        } else if (accept("+")) {
            min = 1;
            max = Integer.MAX_VALUE;
        } else if (position < source.length() && peek() == '{') {
            counted = true;
            position++;
            min = peek() == ',' ? 0 : count();
            max = accept(",") ? (peek() == '}' ? Integer.MAX_VALUE : count()) : min;
            expect("}");
        } else {
            return body;
        }
        boolean lazy = !counted && accept("?");
        boolean possessive = !counted && !lazy && accept("+");
        if (position < source.length() && "?*+{".indexOf(peek()) >= 0) {
            throw unsupported("a quantifier of a quantifier");
        }
        if (max < min || max > 1 && body.matchesEmpty()) {
            throw unsupported("a repetition of what can match nothing");
        }
        RegexNode repeat = new RegexNode.Repeat(body, min, max, lazy);
        return possessive ? new RegexNode.Atomic(repeat) : repeat;
    }

    private int count() {
        int start = position;
        while (position < source.length() && peek() >= '0' && peek() <= '9' && position - start < 6) {
            position++;
        }
        if (position == start || Integer.parseInt(source.substring(start, position)) > MAX_COUNT) {
            throw unsupported("a count that is not between 0 and " + MAX_COUNT);
        }
        return Integer.parseInt(source.substring(start, position));
    }

    private RegexNode atom() {
        if (accept("(")) {
            return group();
        }
        if (accept("^")) {
            return RegexNode.Anchor.LINE_START;
        }
        if (accept("$")) {
            return RegexNode.Anchor.LINE_END;
        }
        if (accept("\\A")) {
            return RegexNode.Anchor.TEXT_START;
        }
        if (accept("\\z")) {
            return RegexNode.Anchor.TEXT_END;
        }
        if (accept(".")) {
            return new RegexNode.One(CodePointSet.of('\n').complement());
        }
        if ("?*+{".indexOf(peek()) >= 0) {
            throw unsupported("a quantifier of nothing");
        }
        RegexClassParser characters = new RegexClassParser(source, position, ignoresCase);
        CodePointSet set = characters.next();
        position = characters.position();
        return new RegexNode.One(set);
    }

    private RegexNode group() {
        boolean outer = ignoresCase;
        RegexNode node;
        if (accept("?:") || !accept("?")) {
            node = choice();
        } else if (accept("=")) {
            node = new RegexNode.Ahead(choice(), false);
        } else if (accept("!")) {
            node = new RegexNode.Ahead(choice(), true);
        } else if (accept("<=")) {
            node = behind(false);
        } else if (accept("<!")) {
            node = behind(true);
        } else if (accept(">")) {
            node = new RegexNode.Atomic(choice());
        } else if (accept("i:")) {
            ignoresCase = true;
            node = choice();
        } else if (accept("i)")) {
            ignoresCase = true;
            return RegexNode.NOTHING;
        } else {
            throw unsupported("a group that begins with (?"
                    + source.substring(position, Math.min(position + 1, source.length())));
        }
        expect(")");
        ignoresCase = outer;
        return node;
    }

    private RegexNode behind(boolean negative) {
        if (choice() instanceof RegexNode.One one) {
            return new RegexNode.Behind(one.set(), negative);
        }
        throw unsupported("a look behind at more than one character");
    }

    private int peek() {
        if (position >= source.length()) {
            throw unsupported("an end where more is needed");
        }
        return source.codePointAt(position);
    }

    private boolean accept(String token) {
        boolean found = source.startsWith(token, position);
        position += found ? token.length() : 0;
        return found;
    }

    private void expect(String token) {
        if (!accept(token)) {
            throw unsupported("no " + token);
        }
    }

    private TokenizerException unsupported(String what) {
        return unsupported(source, position, what);
    }

    static TokenizerException unsupported(String source, int position, String what) {
        int from = Math.max(0, position - 60);
        return new TokenizerException("tokenizer.json has a regular expression with " + what
                + ", which is not supported, near \"" + source.substring(from, Math.min(source.length(), position + 20))
                + "\"");
    }
}
