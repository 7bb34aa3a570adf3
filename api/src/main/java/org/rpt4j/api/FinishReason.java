package org.rpt4j.api;

/** Why a rollout ended. */
public enum FinishReason {
    /** A stop token, such as end-of-text, was sampled; it is the last token of the completion. */
    STOP_TOKEN,
    /** The {@link StopCondition} held after the last token of the completion. */
    STOP_CONDITION,
    /** The token limit or the end of the context window was reached: the completion is truncated. */
    LENGTH
}
