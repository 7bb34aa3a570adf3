package org.rpt4j.run.supervised;

import java.util.List;
import org.rpt4j.core.prompt.ChatMessage;

/**
 * A thought to imitate.
 *
 * @param asked what the model was asked
 * @param thought the thought without its markers; may be empty
 * @param answer what follows the thought; for a {@link Text}, only the prediction that goes into the box
 * @since 0.1.0
 */
public record ThoughtTrace(Asked asked, String thought, String answer) {

    /** What the model is asked. */
    public sealed interface Asked {}

    /**
     * To predict what follows a text, with the instruction of the run.
     *
     * @param context the text
     * @param tokens its token ids; empty if the text is to be encoded
     */
    public record Text(String context, List<Integer> tokens) implements Asked {

        public Text {
            tokens = List.copyOf(tokens);
        }
    }

    /**
     * To answer a conversation.
     *
     * @param messages at least one
     */
    public record Chat(List<ChatMessage> messages) implements Asked {

        public Chat {
            messages = List.copyOf(messages);
        }
    }
}
