package org.rpt4j.inference;

import java.time.Duration;

/**
 * One position of a text that is known, predicted without a thought and with one.
 *
 * @param entropy entropy of the policy's own next token, in nats
 * @param standardHit whether the token that follows is the policy's most probable one
 * @param reasonedHit whether the token that follows is the first that the thought predicts, or, if it predicts none
 *     that can be used, the most probable one
 * @param outcome what became of the thought
 * @param thoughtTokens tokens of the thought with its box
 * @param textTokens tokens by which a text goes on that thinks here: those of the prediction, or 1 without one
 * @param standardTime time of one decoding step
 * @param thoughtTime time of the thought
 * @since 0.1.0
 */
public record MeasuredPosition(
        double entropy,
        boolean standardHit,
        boolean reasonedHit,
        ThoughtOutcome outcome,
        int thoughtTokens,
        int textTokens,
        Duration standardTime,
        Duration thoughtTime) {}
