/**
 * For vendors who plug a backend or a reward into rpt4j, and for the one call with which an application finds them:
 * {@link org.rpt4j.spi.Backends} and {@link org.rpt4j.spi.RewardVerifiers}. The rules that a backend must keep are
 * numbered in {@code docs/contract.md} and tested by the {@code rpt4j-tck} artifact.
 */
@NullMarked
package org.rpt4j.spi;

import org.jspecify.annotations.NullMarked;
