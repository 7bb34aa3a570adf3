package org.rpt4j.inference;

import java.util.List;
import org.rpt4j.api.FinishReason;

/**
 * A continuation of a prompt.
 *
 * @param text the text, cut off before a stop string; incomplete characters are U+FFFD
 * @param tokens ids of the tokens that were drawn or predicted, without a stop token, but with those of a stop string
 * @param finish why it ended; {@link FinishReason#STOP_CONDITION} is a stop string
 * @param trace where the policy thought
 * @param usage what it cost
 * @since 0.1.0
 */
public record ReasonedText(String text, List<Integer> tokens, FinishReason finish, Trace trace, Usage usage) {

    public ReasonedText {
        tokens = List.copyOf(tokens);
    }
}
