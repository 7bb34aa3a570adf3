/**
 * For researchers: what the same compute would have bought without reinforcement. Plain next-token training on the corpus,
 * and supervised training on a mixture of the corpus and the policy's own thoughts that hit, both through
 * {@link org.rpt4j.core.train.SupervisedTrainer}. What counts is the gain of reinforcement over these.
 */
@NullMarked
package org.rpt4j.run.baseline;

import org.jspecify.annotations.NullMarked;
