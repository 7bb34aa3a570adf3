package org.rpt4j.api;

/**
 * Why a rollout ended.
 *
 * @since 0.1.0
 */
public enum FinishReason {
    /** The policy sampled a stop token, such as end-of-text; it is the last token of the completion. */
    STOP_TOKEN,
    /** The {@link StopCondition} ended the completion after its last token. */
    STOP_CONDITION,
    /** The rollout reached the token limit or the end of the context window: the completion is truncated. */
    LENGTH
}
