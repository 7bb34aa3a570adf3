/**
 * For application developers: the four roles of Reinforcement Pre-Training ({@link org.rpt4j.api.Policy},
 * {@link org.rpt4j.api.ProxyScorer}, {@link org.rpt4j.api.RewardVerifier}, {@link org.rpt4j.api.Optimizer}) and the
 * values that travel between them.
 *
 * <p>Arrays handed to or returned from the values of this package are not copied: treat them as read-only. Token ids
 * are the truth of every sequence; text is derived from them. Log-probabilities and entropies are in nats.
 */
@NullMarked
package org.rpt4j.api;

import org.jspecify.annotations.NullMarked;
