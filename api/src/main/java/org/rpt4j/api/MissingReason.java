package org.rpt4j.api;

/** Why a completion holds no prediction; {@link RewardReason#of} says what a verdict calls it. */
public enum MissingReason {
    /** The thought never ended. */
    NO_THINK_END,
    /** No box follows the thought. */
    NO_BOX,
    /** The last box was never closed. */
    UNBALANCED,
    /** The token limit came before the box was closed. */
    TRUNCATED
}
