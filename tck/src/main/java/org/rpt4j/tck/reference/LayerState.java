package org.rpt4j.tck.reference;

/**
 * Everything that one decoder layer computed at one position, in the order in which it was computed; what the backward
 * pass needs.
 *
 * @param input residual stream before the layer, [hidden]
 * @param normed input after the first norm, [hidden]
 * @param rawQuery query projection before norm and rotation, [heads * headSize]
 * @param rawKey key projection before norm and rotation, [keyValueHeads * headSize]
 * @param query query after norm and rotation
 * @param key key after norm and rotation
 * @param value value projection
 * @param attention attention weights, [heads][positions]
 * @param mixed weighted values, [heads * headSize]
 * @param middle residual stream after attention, [hidden]
 * @param middleNormed middle after the second norm, [hidden]
 * @param gate gate projection, [intermediate]
 * @param up up projection, [intermediate]
 * @param hidden silu(gate) * up, [intermediate]
 */
record LayerState(
        double[] input,
        double[] normed,
        double[] rawQuery,
        double[] rawKey,
        double[] query,
        double[] key,
        double[] value,
        double[][] attention,
        double[] mixed,
        double[] middle,
        double[] middleNormed,
        double[] gate,
        double[] up,
        double[] hidden) {}
