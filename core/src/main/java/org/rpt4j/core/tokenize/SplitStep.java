package org.rpt4j.core.tokenize;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Splits pieces at what an expression matches. Thread-safe. */
final class SplitStep implements PieceSink {

    /** What becomes of the matches; the names are those of {@code tokenizer.json}. */
    enum Behavior {
        ISOLATED,
        REMOVED,
        CONTIGUOUS,
        MERGED_WITH_PREVIOUS,
        MERGED_WITH_NEXT;

        /** The behavior of a name such as {@code MergedWithNext}, or null. */
        static @Nullable Behavior named(String name) {
            for (Behavior behavior : values()) {
                if (behavior.name().replace("_", "").equals(name.toUpperCase(Locale.ROOT))) {
                    return behavior;
                }
            }
            return null;
        }
    }

    private final int number;
    private final RegexProgram program;
    private final Behavior behavior;
    private final boolean inverted;
    private final PieceSink next;

    /**
     * Creates a step.
     *
     * @param number the number of this step, another one for each step of a tokenizer
     * @param inverted whether what does not match counts as match
     */
    SplitStep(int number, RegexProgram program, Behavior behavior, boolean inverted, PieceSink next) {
        this.number = number;
        this.program = program;
        this.behavior = behavior;
        this.inverted = inverted;
        this.next = next;
    }

    @Override
    public void accept(EncodingRun run, String text, int from, int to, boolean first) {
        Spans spans = new Spans(run, text, from, first);
        RegexMatcher matcher = run.matcher(number, program);
        matcher.reset(text, from, to);
        int gap = from;
        int position = from;
        while (position < to) {
            int end = matcher.matchAt(position);
            if (end < 0) {
                position += Character.charCount(text.codePointAt(position));
                continue;
            }
            if (gap < position) {
                spans.add(gap, position, inverted);
            }
            spans.add(position, end, !inverted);
            gap = end;
            position = end;
        }
        if (gap < to) {
            spans.add(gap, to, inverted);
        }
        spans.flush();
    }

    /** Joins spans by the behavior. A span waits until it is known whether the following one belongs to it. */
    private final class Spans {

        private final EncodingRun run;
        private final String text;
        private final int origin;
        private final boolean first;
        private int start;
        private int end = -1;
        private boolean match;

        Spans(EncodingRun run, String text, int origin, boolean first) {
            this.run = run;
            this.text = text;
            this.origin = origin;
            this.first = first;
        }

        void add(int from, int to, boolean matches) {
            if (end >= 0 && joins(matches)) {
                end = to;
            } else {
                flush();
                start = from;
                end = to;
            }
            match = matches;
        }

        private boolean joins(boolean matches) {
            switch (behavior) {
                case CONTIGUOUS:
                    return matches == match;
                case MERGED_WITH_PREVIOUS:
                    return matches && !match;
                case MERGED_WITH_NEXT:
                    return match && !matches;
                default:
                    return false;
            }
        }

        void flush() {
            if (end >= 0 && !(behavior == Behavior.REMOVED && match)) {
                next.accept(run, text, start, end, first && start == origin);
            }
        }
    }
}
