package org.rpt4j.core.rollout;

/** Wraps a context in the instruction that asks for a thought and a boxed prediction. Thread-safe. */
@FunctionalInterface
public interface PromptFactory {

    /**
     * Builds the prompt for a context.
     *
     * @param contextTokens ids of the tokens before the target, inserted as they are; not modified
     * @return at least one token id
     */
    int[] prompt(int[] contextTokens);
}
