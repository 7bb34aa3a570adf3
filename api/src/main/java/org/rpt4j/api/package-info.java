/**
 * For application developers: the four roles of Reinforcement Pre-Training ({@link org.rpt4j.api.Policy}, {@link
 * org.rpt4j.api.ProxyScorer}, {@link org.rpt4j.api.RewardVerifier}, {@link org.rpt4j.api.Optimizer}) and the values
 * that they exchange.
 *
 * <p>Values of this package do not copy the arrays that they take or return: treat them as read-only. Token ids define
 * every sequence; text is derived from them. Log-probabilities and entropies are in nats.
 */
@NullMarked
package org.rpt4j.api;

import org.jspecify.annotations.NullMarked;
