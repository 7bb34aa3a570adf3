/**
 * For application developers: the reward {@code judge} through {@link org.rpt4j.spi.RewardVerifiers}, and what a report
 * tells of its answers.
 */
@NullMarked
package org.rpt4j.judge;

import org.jspecify.annotations.NullMarked;
