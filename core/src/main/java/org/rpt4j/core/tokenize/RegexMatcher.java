package org.rpt4j.core.tokenize;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.TokenizerException;

/**
 * Runs a regular expression: the first alternative that leads to a match, as in Perl. Alternatives left to try are on a
 * stack of its own, so no text overflows the thread's, and the work is counted. Not thread-safe.
 */
final class RegexMatcher {

    private static final int MAX_STACK = 3 << 22;

    private final RegexProgram program;
    private final Effort effort;
    private String text = "";
    private int from;
    private int to;
    // Three ints for each alternative: where to go on, the position, and the least position of a run or -1.
    private int[] stack = new int[48];
    private int top;
    private int resumed;

    RegexMatcher(RegexProgram program, Effort effort) {
        this.program = program;
        this.effort = effort;
    }

    /** Sets the text and the part of it that the expression sees. */
    void reset(String input, int start, int end) {
        text = input;
        from = start;
        to = end;
    }

    /** The end of the match that begins at a position, or -1 if there is none. */
    int matchAt(int position) {
        if (position < to && !program.first.contains(text.codePointAt(position))) {
            return -1;
        }
        top = 0;
        return run(0, position);
    }

    private int run(int start, int startPosition) {
        int base = top;
        int at = start;
        int position = startPosition;
        int steps = 0;
        while (true) {
            steps++;
            int next = -1;
            int a = program.a[at];
            int b = program.b[at];
            switch (program.operations[at]) {
                case RegexProgram.ONE:
                    if (position < to && set(at).contains(text.codePointAt(position))) {
                        position += Character.charCount(text.codePointAt(position));
                        next = at + 1;
                    }
                    break;
                case RegexProgram.RUN:
                    int end = endOfRun(position, b, set(at));
                    int least = minimum(position, a, end);
                    steps += end - position;
                    if (least >= 0) {
                        if (end > least) {
                            push(at + 1, end, least);
                        }
                        position = end;
                        next = at + 1;
                    }
                    break;
                case RegexProgram.FORK:
                    next = fork(at, position);
                    break;
                case RegexProgram.JUMP:
                    next = a;
                    break;
                case RegexProgram.AHEAD:
                    effort.spend(steps, this);
                    steps = 0;
                    int seen = part(at + 1, position);
                    next = seen >= 0 == (b == 0) ? a + 1 : -1;
                    break;
                case RegexProgram.ATOMIC:
                    effort.spend(steps, this);
                    steps = 0;
                    int taken = part(at + 1, position);
                    if (taken >= 0) {
                        position = taken;
                        next = a + 1;
                    }
                    break;
                case RegexProgram.BEHIND:
                    boolean before = position > from && set(at).contains(text.codePointBefore(position));
                    next = before == (b == 0) ? at + 1 : -1;
                    break;
                case RegexProgram.ANCHOR:
                    next = isAt(a, position) ? at + 1 : -1;
                    break;
                default:
                    effort.spend(steps, this);
                    return position;
            }
            if (next < 0) {
                if (top == base) {
                    effort.spend(steps, this);
                    return -1;
                }
                at = resume();
                position = resumed;
            } else {
                at = next;
            }
            if (steps > 1 << 12) {
                effort.spend(steps, this);
                steps = 0;
            }
        }
    }

    /** Runs up to the end of a part, and forgets the alternatives in it. */
    private int part(int start, int position) {
        int base = top;
        int end = run(start, position);
        top = base;
        return end;
    }

    private int fork(int at, int position) {
        CodePointSet begins = program.sets[at];
        if (begins != null && (position >= to || !begins.contains(text.codePointAt(position)))) {
            return program.b[at];
        }
        push(program.b[at], position, -1);
        return program.a[at];
    }

    /** Takes the last alternative: returns where to go on, and sets the position. */
    private int resume() {
        int slot = top - 3;
        int position = stack[slot + 1];
        int least = stack[slot + 2];
        if (least < 0) {
            top = slot;
        } else {
            position = text.offsetByCodePoints(position, -1);
            stack[slot + 1] = position;
            if (position == least) {
                top = slot;
            }
        }
        resumed = position;
        return stack[slot];
    }

    private int endOfRun(int position, int max, CodePointSet set) {
        int end = position;
        for (int count = 0; count < max && end < to; count++) {
            int c = text.codePointAt(end);
            if (!set.contains(c)) {
                break;
            }
            end += Character.charCount(c);
        }
        return end;
    }

    /** The position after {@code min} code points, or -1 if that is beyond the end. */
    private int minimum(int position, int min, int end) {
        int least = position;
        for (int i = 0; i < min; i++) {
            if (least >= end) {
                return -1;
            }
            least += Character.charCount(text.codePointAt(least));
        }
        return least;
    }

    private boolean isAt(int anchor, int position) {
        switch (RegexNode.Anchor.values()[anchor]) {
            case TEXT_START:
                return position == from;
            case TEXT_END:
                return position == to;
            case LINE_START:
                return position == from || position < to && text.charAt(position - 1) == '\n';
            default:
                return position == to || text.charAt(position) == '\n';
        }
    }

    private void push(int at, int position, int least) {
        if (top == stack.length) {
            if (top >= MAX_STACK) {
                throw new TokenizerException(
                        "A text has too many repetitions of " + this + " of tokenizer.json. Split the text.");
            }
            stack = Arrays.copyOf(stack, top * 2);
        }
        stack[top] = at;
        stack[top + 1] = position;
        stack[top + 2] = least;
        top += 3;
    }

    private CodePointSet set(int at) {
        @Nullable CodePointSet set = program.sets[at];
        if (set == null) {
            throw new IllegalStateException("instruction " + at + " has no set");
        }
        return set;
    }

    @Override
    public String toString() {
        return "the regular expression \"" + program.source + "\"";
    }
}
