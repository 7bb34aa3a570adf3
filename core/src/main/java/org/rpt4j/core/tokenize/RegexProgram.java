package org.rpt4j.core.tokenize;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.TokenizerException;

/** The instructions of a regular expression, for {@link RegexMatcher}. Immutable once compiled. */
final class RegexProgram {

    /** One code point of a set. */
    static final int ONE = 0;
    /** Code points of a set, as many as there are between {@code a} and {@code b}; fewer if the rest fails. */
    static final int RUN = 1;
    /** On at {@code a}; at {@code b} if that fails, and at once if the code point is not in the set. */
    static final int FORK = 2;
    /** On at {@code a}. */
    static final int JUMP = 3;
    /** The instructions from the next one to the end at {@code a} match from here on; {@code b} is 1 to negate. */
    static final int AHEAD = 4;
    /** The code point before is in a set; {@code b} is 1 to negate. */
    static final int BEHIND = 5;
    /** The first match of the instructions up to the end at {@code a}. */
    static final int ATOMIC = 6;
    /** A place in the text; {@code a} is the ordinal of a {@link RegexNode.Anchor}. */
    static final int ANCHOR = 7;
    /** The end of the expression, or of the part that a look ahead or an atomic group tries. */
    static final int END = 8;

    private static final int MAX_SIZE = 20_000;

    final String source;
    int[] operations = new int[32];
    int[] a = new int[32];
    int[] b = new int[32];

    @Nullable
    CodePointSet[] sets = new CodePointSet[32];

    private int size;

    /** What a match can begin with. */
    final CodePointSet first;

    private RegexProgram(String source, RegexNode node) {
        this.source = source;
        emit(node);
        add(END, 0, 0, null);
        CodePointSet begins = firstOf(node);
        this.first = begins == null ? CodePointSet.ALL : begins;
    }

    /**
     * Compiles an expression of {@code tokenizer.json}.
     *
     * @throws TokenizerException if it is not supported, or can match nothing, which would split everywhere
     */
    static RegexProgram compile(String source) {
        RegexNode node = RegexParser.parse(source);
        if (node.matchesEmpty()) {
            throw new TokenizerException(
                    "tokenizer.json has the regular expression \"" + source + "\", which matches even no character");
        }
        return new RegexProgram(source, node);
    }

    /** A single character of a set. */
    static RegexProgram ofOne(String name, CodePointSet set) {
        return new RegexProgram(name, new RegexNode.One(set));
    }

    /** A text as it is. */
    static RegexProgram ofLiteral(String literal) {
        return new RegexProgram(
                literal,
                new RegexNode.Sequence(literal.codePoints()
                        .mapToObj(c -> (RegexNode) new RegexNode.One(CodePointSet.of(c)))
                        .toList()));
    }

    private int add(int operation, int first, int second, @Nullable CodePointSet set) {
        if (size == MAX_SIZE) {
            throw new TokenizerException("tokenizer.json has a regular expression of more than " + MAX_SIZE
                    + " instructions once its counts are written out: \""
                    + source.substring(0, Math.min(80, source.length())) + "\"");
        }
        if (size == operations.length) {
            operations = Arrays.copyOf(operations, size * 2);
            a = Arrays.copyOf(a, size * 2);
            b = Arrays.copyOf(b, size * 2);
            sets = Arrays.copyOf(sets, size * 2);
        }
        operations[size] = operation;
        a[size] = first;
        b[size] = second;
        sets[size] = set;
        return size++;
    }

    private void emit(RegexNode node) {
        if (node instanceof RegexNode.One one) {
            add(ONE, 0, 0, one.set());
        } else if (node instanceof RegexNode.Sequence sequence) {
            sequence.parts().forEach(this::emit);
        } else if (node instanceof RegexNode.Choice choice) {
            emitChoice(choice.options());
        } else if (node instanceof RegexNode.Repeat repeat) {
            emitRepeat(repeat);
        } else if (node instanceof RegexNode.Atomic atomic) {
            emitPart(ATOMIC, atomic.body(), 0);
        } else if (node instanceof RegexNode.Ahead ahead) {
            emitPart(AHEAD, ahead.body(), ahead.negative() ? 1 : 0);
        } else if (node instanceof RegexNode.Behind behind) {
            add(BEHIND, 0, behind.negative() ? 1 : 0, behind.set());
        } else if (node instanceof RegexNode.Anchor anchor) {
            add(ANCHOR, anchor.ordinal(), 0, null);
        }
    }

    private void emitPart(int operation, RegexNode body, int negative) {
        int start = add(operation, 0, negative, null);
        emit(body);
        // Not in one statement: adding may replace the array.
        int end = add(END, 0, 0, null);
        a[start] = end;
    }

    private void emitChoice(List<RegexNode> options) {
        int[] jumps = new int[options.size() - 1];
        for (int i = 0; i < jumps.length; i++) {
            int fork = fork(options.get(i));
            emit(options.get(i));
            jumps[i] = add(JUMP, 0, 0, null);
            b[fork] = size;
        }
        emit(options.get(jumps.length));
        for (int jump : jumps) {
            a[jump] = size;
        }
    }

    private int fork(RegexNode preferred) {
        int fork = add(FORK, 0, 0, firstOf(preferred));
        a[fork] = size;
        return fork;
    }

    private void emitRepeat(RegexNode.Repeat repeat) {
        if (repeat.body() instanceof RegexNode.One one && !repeat.lazy()) {
            add(RUN, repeat.min(), repeat.max(), one.set());
            return;
        }
        for (int i = 0; i < repeat.min(); i++) {
            emit(repeat.body());
        }
        if (repeat.max() == Integer.MAX_VALUE) {
            int fork = optional(repeat);
            emit(repeat.body());
            add(JUMP, fork, 0, null);
            close(fork, repeat.lazy());
            return;
        }
        int[] forks = new int[repeat.max() - repeat.min()];
        for (int i = 0; i < forks.length; i++) {
            forks[i] = optional(repeat);
            emit(repeat.body());
        }
        for (int fork : forks) {
            close(fork, repeat.lazy());
        }
    }

    private int optional(RegexNode.Repeat repeat) {
        int fork = add(FORK, 0, 0, repeat.lazy() ? null : firstOf(repeat.body()));
        (repeat.lazy() ? b : a)[fork] = size;
        return fork;
    }

    private void close(int fork, boolean lazy) {
        (lazy ? a : b)[fork] = size;
    }

    /** What a match can begin with; null if that is not known. */
    private static @Nullable CodePointSet firstOf(RegexNode node) {
        if (node.matchesEmpty()) {
            return null;
        }
        if (node instanceof RegexNode.One one) {
            return one.set();
        }
        if (node instanceof RegexNode.Repeat repeat) {
            return firstOf(repeat.body());
        }
        if (node instanceof RegexNode.Atomic atomic) {
            return firstOf(atomic.body());
        }
        List<RegexNode> parts =
                node instanceof RegexNode.Sequence sequence ? sequence.parts() : ((RegexNode.Choice) node).options();
        CodePointSet all = CodePointSet.NONE;
        for (RegexNode part : parts) {
            CodePointSet here = firstOf(part instanceof RegexNode.Repeat repeat ? repeat.body() : part);
            if (here == null) {
                return null;
            }
            all = all.union(here);
            if (node instanceof RegexNode.Sequence && !part.matchesEmpty()) {
                return all;
            }
        }
        return all;
    }
}
