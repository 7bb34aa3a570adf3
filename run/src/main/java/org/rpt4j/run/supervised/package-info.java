/**
 * For researchers: what supervised training learns, through {@link org.rpt4j.core.train.SupervisedTrainer}. Before
 * reinforcement, thought traces: from a file, a teacher, or the model itself. Beside it, the baselines of equal compute:
 * plain next-token training on the corpus, and a mixture of the corpus and the policy's own thoughts that hit.
 */
@NullMarked
package org.rpt4j.run.supervised;

import org.jspecify.annotations.NullMarked;
