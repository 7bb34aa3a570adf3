package org.rpt4j.tck.reference;

/**
 * Everything that one decoder layer computes at one position, in the order of computation, for use by the backward
 * pass.
 */
final class LayerState {

    /** Residual stream before the layer, [hidden]. */
    final double[] input;

    /** Input after the first norm, [hidden]. */
    final double[] normed;

    /** Query projection before norm and rotation, [heads * headSize]. */
    final double[] rawQuery;

    /** Key projection before norm and rotation, [keyValueHeads * headSize]. */
    final double[] rawKey;

    /** Query after norm and rotation. */
    final double[] query;

    /** Weighted values, [heads * headSize]. */
    final double[] mixed;

    /** Residual stream after attention, [hidden]. */
    final double[] middle;

    /** Middle after the second norm, [hidden]. */
    final double[] middleNormed;

    /** Gate projection, [intermediate]. */
    final double[] gate;

    /** Up projection, [intermediate]. */
    final double[] up;

    /** Silu(gate) * up, [intermediate]. */
    final double[] hidden;

    LayerState(
            double[] input,
            double[] normed,
            double[] rawQuery,
            double[] rawKey,
            double[] query,
            double[] mixed,
            double[] middle,
            double[] middleNormed,
            double[] gate,
            double[] up,
            double[] hidden) {
        this.input = input;
        this.normed = normed;
        this.rawQuery = rawQuery;
        this.rawKey = rawKey;
        this.query = query;
        this.mixed = mixed;
        this.middle = middle;
        this.middleNormed = middleNormed;
        this.gate = gate;
        this.up = up;
        this.hidden = hidden;
    }
}
