package org.rpt4j.tck.reference;

/**
 * Everything that one decoder layer computes at one position, in the order of computation, for use by the backward
 * pass.
 */
final class LayerState {

    /** Residual stream before the layer, [hidden]. */
    final double[] input;

    /** Input after the norm before attention, [hidden]. */
    final double[] normed;

    /** Query projection before norm and rotation, [heads * headSize]. */
    final double[] rawQuery;

    /** Key projection before norm and rotation, [keyValueHeads * headSize]. */
    final double[] rawKey;

    /** Query after norm and rotation. */
    final double[] query;

    /** Weighted values, [heads * headSize]. */
    final double[] mixed;

    /** Output projection before the norm behind attention, [hidden]. */
    final double[] attended;

    /** Residual stream after attention, [hidden]. */
    final double[] middle;

    /** Middle after the norm before the feed-forward, [hidden]. */
    final double[] middleNormed;

    /** Gate projection, [intermediate]. */
    final double[] gate;

    /** Up projection, [intermediate]. */
    final double[] up;

    /** Activated gate times up, [intermediate]. */
    final double[] hidden;

    /** Down projection before the norm behind the feed-forward, [hidden]. */
    final double[] lowered;

    LayerState(
            double[] input,
            double[] normed,
            double[] rawQuery,
            double[] rawKey,
            double[] query,
            double[] mixed,
            double[] attended,
            double[] middle,
            double[] middleNormed,
            double[] gate,
            double[] up,
            double[] hidden,
            double[] lowered) {
        this.input = input;
        this.normed = normed;
        this.rawQuery = rawQuery;
        this.rawKey = rawKey;
        this.query = query;
        this.mixed = mixed;
        this.attended = attended;
        this.middle = middle;
        this.middleNormed = middleNormed;
        this.gate = gate;
        this.up = up;
        this.hidden = hidden;
        this.lowered = lowered;
    }
}
