package org.rpt4j.core.reward;

import java.util.OptionalInt;
import org.rpt4j.api.StopCondition;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Ends a rollout at the token that closes the first box that counts, because the reward is then decided. A
 * rollout stopped here always has a prediction under {@link BoxRule#BALANCED}: the closed box. The work per token is
 * linear in its bytes, whatever came before. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ClosedBoxStop implements StopCondition {

    private final Tokenizer tokenizer;
    private final ThoughtFormat format;
    private final ThoughtRule thought;
    private final OptionalInt endToken;
    private final BytePattern endBytes;

    /** For marked thoughts. */
    public ClosedBoxStop(Tokenizer tokenizer) {
        this(tokenizer, ThoughtFormat.marked(tokenizer));
    }

    /**
     * Finds the box that counts as {@link AnswerExtractor} does.
     *
     * @param thought how the model writes its thought. If every prompt ends behind a thought, it is {@link
     *     ThoughtRule#NONE}.
     */
    public ClosedBoxStop(Tokenizer tokenizer, ThoughtFormat thought) {
        this.tokenizer = tokenizer;
        this.format = thought;
        this.thought = thought.rule();
        this.endToken = tokenizer.addedIdOf(thought.markers().end());
        this.endBytes = new BytePattern(thought.markers().end());
    }

    /** The tokenizer whose ids it reads. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** How the model writes its thought. */
    public ThoughtFormat thought() {
        return format;
    }

    @Override
    public Scanner newScanner() {
        return new BoxScanner();
    }

    private final class BoxScanner implements Scanner {

        private boolean thoughtEnded = thought == ThoughtRule.NONE;
        private int endMatched;
        private int boxMatched;
        private int printed;
        private int depth;
        private boolean closed;

        @Override
        public boolean endsWith(int token) {
            if (endToken.isPresent() && token == endToken.getAsInt()) {
                endThought();
                return false;
            }
            for (byte next : AnswerBytes.of(tokenizer, token)) {
                read(next);
            }
            return closed;
        }

        private void read(byte next) {
            if (endToken.isEmpty()) {
                endMatched = endBytes.advance(endMatched, next);
                if (endMatched == endBytes.length()) {
                    endThought();
                    return;
                }
            }
            if (!thoughtEnded && thought == ThoughtRule.MARKED) {
                return;
            }
            printed += printed > BytePattern.BOX.length() || AnswerBytes.isBlank(next) ? 0 : 1;
            boxMatched = BytePattern.BOX.advance(boxMatched, next);
            if (boxMatched == BytePattern.BOX.length() && (thoughtEnded || printed > boxMatched)) {
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
