package org.rpt4j.core.tokenize;

import java.util.List;

/** A parsed regular expression. Immutable. */
sealed interface RegexNode {

    RegexNode NOTHING = new Sequence(List.of());

    /** Whether it can match without a character. */
    boolean matchesEmpty();

    /** One code point. */
    record One(CodePointSet set) implements RegexNode {
        @Override
        public boolean matchesEmpty() {
            return false;
        }
    }

    /** One after the other. */
    record Sequence(List<RegexNode> parts) implements RegexNode {
        @Override
        public boolean matchesEmpty() {
            return parts.stream().allMatch(RegexNode::matchesEmpty);
        }
    }

    /** The first that leads to a match. */
    record Choice(List<RegexNode> options) implements RegexNode {
        @Override
        public boolean matchesEmpty() {
            return options.stream().anyMatch(RegexNode::matchesEmpty);
        }
    }

    /** Between {@code min} and {@code max} times; {@link Integer#MAX_VALUE} is without end. */
    record Repeat(RegexNode body, int min, int max, boolean lazy) implements RegexNode {
        @Override
        public boolean matchesEmpty() {
            return min == 0 || body.matchesEmpty();
        }
    }

    /** Its first match, never another one. */
    record Atomic(RegexNode body) implements RegexNode {
        @Override
        public boolean matchesEmpty() {
            return body.matchesEmpty();
        }
    }

    /** Whether the text from here on matches, or does not. */
    record Ahead(RegexNode body, boolean negative) implements RegexNode {
        @Override
        public boolean matchesEmpty() {
            return true;
        }
    }

    /** Whether the code point before here is in a set, or is not. */
    record Behind(CodePointSet set, boolean negative) implements RegexNode {
        @Override
        public boolean matchesEmpty() {
            return true;
        }
    }

    /** A place in the text. */
    enum Anchor implements RegexNode {
        TEXT_START,
        TEXT_END,
        LINE_START,
        LINE_END;

        @Override
        public boolean matchesEmpty() {
            return true;
        }
    }
}
