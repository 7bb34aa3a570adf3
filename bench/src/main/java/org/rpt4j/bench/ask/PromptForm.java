package org.rpt4j.bench.ask;

/**
 * What stands around a question.
 *
 * @since 0.1.0
 */
public enum PromptForm {
    /** The chat template of the model if it has one. */
    TEMPLATE,
    /** Nothing but the start of the answer that the suite gives, as for a base model. */
    PLAIN
}
