package org.rpt4j.tck.reference;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/**
 * The arrays of one decoder layer but for its feed-forward, by role: its weights, or their gradients. Absent ones are null. Norms are what they
 * multiply by, 1 + w in some families, whose gradient is that of w.
 */
final class LayerWeights {

    final double @Nullable [] inputNorm;
    final double[] query;
    final double[] key;
    final double[] value;
    final double @Nullable [] queryBias;
    final double @Nullable [] keyBias;
    final double @Nullable [] valueBias;
    final double @Nullable [] queryNorm;
    final double @Nullable [] keyNorm;
    final double[] output;
    final double @Nullable [] outputBias;
    final double @Nullable [] attentionNorm;
    final double @Nullable [] postNorm;
    final double @Nullable [] feedForwardNorm;

    private LayerWeights(WeightLayout layout, int layer, double[][] arrays, boolean addOne) {
        inputNorm = norm(layout, layer, arrays, LayerWeight.INPUT_NORM, addOne);
        query = arrays[layout.index(layer, LayerWeight.QUERY)];
        key = arrays[layout.index(layer, LayerWeight.KEY)];
        value = arrays[layout.index(layer, LayerWeight.VALUE)];
        queryBias = optional(layout, layer, arrays, LayerWeight.QUERY_BIAS);
        keyBias = optional(layout, layer, arrays, LayerWeight.KEY_BIAS);
        valueBias = optional(layout, layer, arrays, LayerWeight.VALUE_BIAS);
        queryNorm = norm(layout, layer, arrays, LayerWeight.QUERY_NORM, addOne);
        keyNorm = norm(layout, layer, arrays, LayerWeight.KEY_NORM, addOne);
        output = arrays[layout.index(layer, LayerWeight.OUTPUT)];
        outputBias = optional(layout, layer, arrays, LayerWeight.OUTPUT_BIAS);
        attentionNorm = norm(layout, layer, arrays, LayerWeight.ATTENTION_NORM, addOne);
        postNorm = norm(layout, layer, arrays, LayerWeight.POST_NORM, addOne);
        feedForwardNorm = norm(layout, layer, arrays, LayerWeight.FEED_FORWARD_NORM, addOne);
    }

    /** The weights of a layer. */
    static LayerWeights of(ReferenceModel model, int layer) {
        return new LayerWeights(
                model.layout(),
                layer,
                model.weights(),
                model.config().switches().normAddsOne());
    }

    /** Where the gradients of a layer are added. */
    static LayerWeights gradients(WeightLayout layout, int layer, double[][] gradients) {
        return new LayerWeights(layout, layer, gradients, false);
    }

    /** Returns what a norm with these weights multiplies by. */
    static double[] factors(double[] norm, boolean addOne) {
        return addOne ? Arrays.stream(norm).map(w -> 1 + w).toArray() : norm;
    }

    private static double @Nullable [] norm(
            WeightLayout layout, int layer, double[][] arrays, LayerWeight weight, boolean addOne) {
        return layout.has(weight) ? factors(arrays[layout.index(layer, weight)], addOne) : null;
    }

    private static double @Nullable [] optional(WeightLayout layout, int layer, double[][] arrays, LayerWeight weight) {
        return layout.has(weight) ? arrays[layout.index(layer, weight)] : null;
    }
}
