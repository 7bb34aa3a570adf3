package org.rpt4j.inference;

import java.util.List;

/**
 * What happens while a text is written, in order: for each token, a thought if there is one, then the token; at the end
 * {@link Finished}. The pieces of text of all {@link TextToken}s and of {@link Finished}, concatenated, are the text.
 *
 * @since 0.1.0
 */
public sealed interface TokenEvent {

    /**
     * The policy begins to think.
     *
     * @param position index of the token of the text before which it thinks, from 0
     * @param entropy entropy of its own next token there, in nats
     */
    record ThoughtStarted(int position, double entropy) implements TokenEvent {}

    /**
     * A token of a thought.
     *
     * @param position index of the token of the text before which the policy thinks
     * @param token its id
     * @param text the characters that are complete with it; those of the whole thought are in {@link ThoughtEnded}
     */
    record ThoughtToken(int position, int token, String text) implements TokenEvent {}

    /**
     * A thought ended.
     *
     * @param thought what it was, and what becomes of it
     */
    record ThoughtEnded(Thought thought) implements TokenEvent {}

    /**
     * A token of the text.
     *
     * @param position its index in the text, from 0
     * @param token its id
     * @param text the characters that are complete with it and cannot belong to a stop string; often empty, since a
     *     later piece has them
     * @param logProb its log-probability under the policy's own distribution at temperature 1, in nats, also if it was
     *     predicted
     * @param predicted whether it comes from a box
     * @param alternatives the most probable tokens there, the first first; as many as {@link
     *     InferenceOptions#alternatives} says
     */
    record TextToken(
            int position, int token, String text, double logProb, boolean predicted, List<TokenLogProb> alternatives)
            implements TokenEvent {

        public TextToken {
            alternatives = List.copyOf(alternatives);
        }
    }

    /**
     * The text ended; nothing follows.
     *
     * @param text the rest of the text that was held back, often empty
     * @param result the whole
     */
    record Finished(String text, ReasonedText result) implements TokenEvent {}
}
