/**
 * For application developers: finding the prediction in a rollout and judging it against the text, all in raw bytes.
 * Vendors of rewards of their own implement {@link org.rpt4j.spi.RewardVerifierProvider}.
 */
@NullMarked
package org.rpt4j.core.reward;

import org.jspecify.annotations.NullMarked;
