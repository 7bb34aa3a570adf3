package org.rpt4j.inference;

/**
 * A token that could have come next.
 *
 * @param token its id
 * @param logProb its log-probability under the policy's own distribution at temperature 1, in nats
 * @since 0.1.0
 */
public record TokenLogProb(int token, double logProb) {}
