/**
 * For application developers: the training loops. {@link org.rpt4j.core.train.RptTrainer} is the algorithm of the
 * paper, {@link org.rpt4j.core.train.SupervisedTrainer} is plain next-token training through the same differentiable
 * primitive. Both run on the calling thread and report through {@link org.rpt4j.core.train.TrainingListener};
 * {@link org.rpt4j.core.train.TrainingRun} runs either of them on another thread.
 *
 * <p>Tasks, prompts and predictions come from one-method interfaces, so that those of {@code org.rpt4j.core.task},
 * {@code .prompt} and {@code .reward} can be passed as method references.
 */
@NullMarked
package org.rpt4j.core.train;

import org.jspecify.annotations.NullMarked;
