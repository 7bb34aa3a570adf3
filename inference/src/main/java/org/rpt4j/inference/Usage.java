package org.rpt4j.inference;

import java.time.Duration;

/**
 * What a text cost.
 *
 * @param promptTokens tokens of the prompt
 * @param outputTokens tokens of the text, without a stop token
 * @param thoughtTokens tokens of all thoughts with their boxes
 * @param thoughts number of thoughts
 * @param untilFirstToken time of the policy until the first token of the text; zero if there is none
 * @param total time of the policy for the whole text; waiting for a subscriber does not count
 * @since 0.1.0
 */
public record Usage(
        int promptTokens, int outputTokens, int thoughtTokens, int thoughts, Duration untilFirstToken, Duration total) {

    /** Generated tokens, thoughts included, per token of the text: 1 without a thought; NaN for an empty text. */
    public double tokensPerOutputToken() {
        return outputTokens == 0 ? Double.NaN : (outputTokens + (double) thoughtTokens) / outputTokens;
    }

    /** Mean time per token of the text; zero for an empty text. */
    public Duration latency() {
        return outputTokens == 0 ? Duration.ZERO : total.dividedBy(outputTokens);
    }
}
