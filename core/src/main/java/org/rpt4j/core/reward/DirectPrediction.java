package org.rpt4j.core.reward;

/** The next-token prediction of a policy without a thought. */
@FunctionalInterface
interface DirectPrediction {

    /**
     * Probabilities of next tokens directly after a context, at temperature 1 and without gradients.
     *
     * @param context token ids x_&lt;t, as in a task
     * @param tokens N token ids
     * @return [N] probabilities
     */
    double[] probabilities(int[] context, int[] tokens);
}
