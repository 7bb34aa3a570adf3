/**
 * For application developers: rewards for tasks with a known answer, found by name through
 * {@link org.rpt4j.spi.RewardVerifiers}, and the sandbox that an application gives to judge programs.
 */
@NullMarked
package org.rpt4j.answers.reward;

import org.jspecify.annotations.NullMarked;
