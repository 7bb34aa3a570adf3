package org.rpt4j.run.study;

import org.rpt4j.core.eval.EvaluationReport;

/**
 * One variant trained with one seed.
 *
 * @param variant name of the variant
 * @param seed of the run
 * @param steps number of steps
 * @param flops compute of the training, see {@link org.rpt4j.core.train.ComputeCost}
 * @param seconds time of the training
 * @param liveShare mean share of groups with different rewards
 * @param thoughtTokens mean number of tokens of a rollout in the last quarter of the steps
 * @param evaluation of the trained model on the held-out tokens of the base configuration
 * @since 0.1.0
 */
public record StudyCell(
        String variant,
        long seed,
        long steps,
        double flops,
        double seconds,
        double liveShare,
        double thoughtTokens,
        EvaluationReport evaluation) {}
