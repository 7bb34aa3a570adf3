package org.rpt4j.core.rollout;

/**
 * Wraps what a task shows of its text in the instruction that asks for a thought and a boxed prediction. Thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PromptFactory {

    /**
     * Builds a prompt.
     *
     * @param context ids of the tokens before the target, inserted as they are; not modified
     * @param after ids of the tokens after the gap, inserted as they are; empty if the task shows none; not modified
     * @return at least one token id
     */
    int[] prompt(int[] context, int[] after);

    /** Builds the prompt of a task that shows nothing after its gap. */
    default int[] prompt(int[] context) {
        return prompt(context, new int[0]);
    }
}
