package org.rpt4j.core.reward;

/** What a policy would predict without a thought. */
@FunctionalInterface
interface DirectPrediction {

    /**
     * Probabilities of next tokens right after a context, at temperature 1 and without a gradient.
     *
     * @param context token ids x_&lt;t, as a task carries them
     * @param tokens N token ids
     * @return [N] probabilities
     */
    double[] probabilities(int[] context, int[] tokens);
}
