package org.rpt4j.core.reward;

import java.util.OptionalInt;
import org.rpt4j.api.StopCondition;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Ends a rollout at the token that closes the first box after the thought, because the reward is then decided. A
 * rollout stopped here always has a prediction under {@link BoxRule#BALANCED}: the closed box. The work per token is
 * linear in its bytes, whatever came before. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ClosedBoxStop implements StopCondition {

    private final Tokenizer tokenizer;
    private final OptionalInt thinkEnd;
    private final boolean promptEndsThought;

    /** Finds the end of the thought as {@link AnswerExtractor} does: by token id if there is one. */
    public ClosedBoxStop(Tokenizer tokenizer) {
        this(tokenizer, false);
    }

    /**
     * Finds the end of the thought as {@link AnswerExtractor} does: by token id if there is one.
     *
     * @param thoughtEnded whether every prompt ends behind the thought, so that a rollout needs no {@code </think>}
     */
    public ClosedBoxStop(Tokenizer tokenizer, boolean thoughtEnded) {
        this.tokenizer = tokenizer;
        this.thinkEnd = tokenizer.thinkEnd();
        this.promptEndsThought = thoughtEnded;
    }

    @Override
    public Scanner newScanner() {
        return new BoxScanner();
    }

    private final class BoxScanner implements Scanner {

        private boolean thoughtEnded = promptEndsThought;
        private int thinkEndMatched;
        private int boxMatched;
        private int depth;
        private boolean closed;

        @Override
        public boolean endsWith(int token) {
            if (thinkEnd.isPresent() && token == thinkEnd.getAsInt()) {
                endThought();
                return false;
            }
            for (byte next : AnswerBytes.of(tokenizer, token)) {
                read(next);
            }
            return closed;
        }

        private void read(byte next) {
            if (thinkEnd.isEmpty()) {
                thinkEndMatched = BytePattern.THINK_END.advance(thinkEndMatched, next);
                if (thinkEndMatched == BytePattern.THINK_END.length()) {
                    endThought();
                    return;
                }
            }
            if (!thoughtEnded) {
                return;
            }
            boxMatched = BytePattern.BOX.advance(boxMatched, next);
            if (boxMatched == BytePattern.BOX.length()) {
                // The last box counts, so a box that opens inside or after another replaces it.
                depth = 1;
                closed = false;
            } else if (depth > 0 && next == '{') {
                depth++;
            } else if (depth > 0 && next == '}') {
                closed = --depth == 0;
            }
        }

        private void endThought() {
            thoughtEnded = true;
            boxMatched = 0;
            depth = 0;
            closed = false;
        }
    }
}
