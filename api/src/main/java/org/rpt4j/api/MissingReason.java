package org.rpt4j.api;

/**
 * Why a completion has no prediction; {@link RewardReason#of} maps it to the reason of a verdict.
 *
 * @since 0.1.0
 */
public enum MissingReason {
    /** The thought never ended. */
    NO_THINK_END,
    /** Nothing stands before the box, where a thought was asked for. */
    NO_THOUGHT,
    /** No box follows the thought. */
    NO_BOX,
    /** The last box was never closed. */
    UNBALANCED,
    /** The rollout reached the token limit before the box was closed. */
    TRUNCATED
}
