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

    final FeedForward feedForward;

    /** Result of the feed-forward before the norm behind the feed-forward, [hidden]. */
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
            FeedForward feedForward) {
        this.input = input;
        this.normed = normed;
        this.rawQuery = rawQuery;
        this.rawKey = rawKey;
        this.query = query;
        this.mixed = mixed;
        this.attended = attended;
        this.middle = middle;
        this.feedForward = feedForward;
        this.lowered = feedForward.output();
    }
}
