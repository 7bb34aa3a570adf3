package org.rpt4j.api;

/** Why a rollout got its reward; every reward carries one, and their counts are metrics. */
public enum RewardReason {
    /** The prediction is a prefix of the continuation and ends on a token boundary. */
    HIT,
    /** The prediction differs from the continuation. */
    NOT_PREFIX,
    /** The prediction is a prefix of the continuation but ends inside a token. */
    OFF_BOUNDARY,
    /** The box is empty. */
    EMPTY,
    /** The thought never ended. */
    NO_THINK_END,
    /** No box follows the thought. */
    NO_BOX,
    /** The last box was never closed. */
    UNBALANCED,
    /** The token limit came before the box was closed. */
    TRUNCATED,
    /** A verifier of the user's own gave the reward for reasons of its own. */
    CUSTOM;

    /** The reason of a verdict on a completion without a prediction. */
    public static RewardReason of(MissingReason reason) {
        return switch (reason) {
            case NO_THINK_END -> NO_THINK_END;
            case NO_BOX -> NO_BOX;
            case UNBALANCED -> UNBALANCED;
            case TRUNCATED -> TRUNCATED;
        };
    }
}
