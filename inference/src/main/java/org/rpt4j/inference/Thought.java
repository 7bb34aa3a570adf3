package org.rpt4j.inference;

import java.util.List;

/**
 * One thought, and what the text took from it.
 *
 * @param position index of the token of the text before which the policy thought, from 0; tokens of the prompt do not
 *     count
 * @param entropy entropy of the policy's own next token there, over the whole vocabulary at temperature 1, in nats
 * @param tokenCount number of tokens of the thought with its box
 * @param text the thought with its box, for display
 * @param outcome what became of it
 * @param prediction content of the box, for display; empty if there is none
 * @param taken ids of the tokens that the text goes on with; empty unless the outcome is {@link ThoughtOutcome#TAKEN}
 * @since 0.1.0
 */
public record Thought(
        int position,
        double entropy,
        int tokenCount,
        String text,
        ThoughtOutcome outcome,
        String prediction,
        List<Integer> taken) {

    public Thought {
        taken = List.copyOf(taken);
    }
}
