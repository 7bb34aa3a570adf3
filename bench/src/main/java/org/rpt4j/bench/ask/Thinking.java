package org.rpt4j.bench.ask;

/**
 * Whether a model thinks before it answers.
 *
 * @since 0.1.0
 */
public enum Thinking {
    /** As the chat template of the model has it. */
    TEMPLATE,
    /** The prompt opens a thought. */
    ON,
    /** The prompt leaves no thought open. */
    OFF
}
