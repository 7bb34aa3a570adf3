package org.rpt4j.inference;

import org.rpt4j.api.MissingReason;

/**
 * What became of a thought. All but {@link #TAKEN} leave the next token to the policy's own distribution.
 *
 * @since 0.1.0
 */
public enum ThoughtOutcome {
    /** The text goes on with the prediction. */
    TAKEN,
    /** The thought did not end. */
    NO_THINK_END,
    /** Nothing stands before the box, where a thought was asked for. */
    NO_THOUGHT,
    /** The thought ended without a box after it. */
    NO_BOX,
    /** The box has no end. */
    UNBALANCED,
    /** The thought reached its limit of tokens without a box. */
    TRUNCATED,
    /** The box is empty. */
    EMPTY,
    /** No tokens have the bytes of the box: they end inside a character, or the tokenizer would change them. */
    NOT_TOKENS;

    static ThoughtOutcome of(MissingReason reason) {
        return switch (reason) {
            case NO_THINK_END -> NO_THINK_END;
            case NO_THOUGHT -> NO_THOUGHT;
            case NO_BOX -> NO_BOX;
            case UNBALANCED -> UNBALANCED;
            case TRUNCATED -> TRUNCATED;
        };
    }
}
