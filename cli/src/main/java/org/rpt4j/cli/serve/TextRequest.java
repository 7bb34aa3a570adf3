package org.rpt4j.cli.serve;

import java.util.List;
import java.util.OptionalInt;
import org.rpt4j.core.prompt.ChatMessage;

/**
 * A request that was read and checked.
 *
 * @param input what to continue
 * @param decoding how tokens are chosen, and when the text ends
 * @param thinking whether the model thinks before a token
 * @param topLogProbs how many alternatives each token is reported with; empty for no log-probabilities
 * @param delivery how the answer is sent
 */
record TextRequest(Input input, Decoding decoding, Thinking thinking, OptionalInt topLogProbs, Delivery delivery) {

    /** What to continue. */
    sealed interface Input {}

    /** A text, as it is. */
    record Text(String text) implements Input {}

    /** A chat, through the model's chat template. */
    record Chat(List<ChatMessage> messages) implements Input {}

    /**
     * How tokens are chosen, and when the text ends.
     *
     * @param maxTokens most tokens of the answer; empty for what fits
     */
    record Decoding(
            double temperature,
            double topP,
            int topK,
            double minP,
            long seed,
            OptionalInt maxTokens,
            List<String> stop) {}

    /** When the model thinks before a token. */
    enum Mode {
        STANDARD,
        EVERY_TOKEN,
        HYBRID
    }

    /**
     * Whether the model thinks before a token.
     *
     * @param threshold entropy in nats above which {@link Mode#HYBRID} thinks
     * @param thoughtTokens most tokens of one thought
     */
    record Thinking(Mode mode, double threshold, int thoughtTokens) {}

    /**
     * How the answer is sent.
     *
     * @param stream as server-sent events, or whole
     * @param usage whether a stream ends with the number of its tokens
     */
    record Delivery(boolean stream, boolean usage) {}

    /** Whether this is a chat. */
    boolean isChat() {
        return input instanceof Chat;
    }
}
