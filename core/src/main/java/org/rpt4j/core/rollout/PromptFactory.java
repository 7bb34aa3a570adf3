package org.rpt4j.core.rollout;

/** Wraps a context into the instruction that asks for a thought and a boxed prediction. Thread-safe. */
@FunctionalInterface
public interface PromptFactory {

    /**
     * The prompt of a context.
     *
     * @param contextTokens ids of the tokens before the target, spliced in as they are; left unchanged
     * @return at least one token id
     */
    int[] prompt(int[] contextTokens);
}
