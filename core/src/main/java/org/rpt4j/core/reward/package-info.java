/**
 * For application developers: finding the prediction in a rollout and judging it against the text, all in raw bytes.
 * Vendors of custom rewards implement {@link org.rpt4j.spi.RewardVerifierProvider}.
 */
@NullMarked
package org.rpt4j.core.reward;

import org.jspecify.annotations.NullMarked;
