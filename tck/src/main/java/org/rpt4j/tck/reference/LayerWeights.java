package org.rpt4j.tck.reference;

import org.jspecify.annotations.Nullable;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/** The arrays of one decoder layer by role: its weights, or their gradients. Absent ones are null. */
final class LayerWeights {

    final double[] inputNorm;
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
    final double[] postNorm;
    final double[] gate;
    final double[] up;
    final double[] down;

    LayerWeights(WeightLayout layout, int layer, double[][] arrays) {
        inputNorm = arrays[layout.index(layer, LayerWeight.INPUT_NORM)];
        query = arrays[layout.index(layer, LayerWeight.QUERY)];
        key = arrays[layout.index(layer, LayerWeight.KEY)];
        value = arrays[layout.index(layer, LayerWeight.VALUE)];
        queryBias = optional(layout, layer, arrays, LayerWeight.QUERY_BIAS);
        keyBias = optional(layout, layer, arrays, LayerWeight.KEY_BIAS);
        valueBias = optional(layout, layer, arrays, LayerWeight.VALUE_BIAS);
        queryNorm = optional(layout, layer, arrays, LayerWeight.QUERY_NORM);
        keyNorm = optional(layout, layer, arrays, LayerWeight.KEY_NORM);
        output = arrays[layout.index(layer, LayerWeight.OUTPUT)];
        outputBias = optional(layout, layer, arrays, LayerWeight.OUTPUT_BIAS);
        postNorm = arrays[layout.index(layer, LayerWeight.POST_NORM)];
        gate = arrays[layout.index(layer, LayerWeight.GATE)];
        up = arrays[layout.index(layer, LayerWeight.UP)];
        down = arrays[layout.index(layer, LayerWeight.DOWN)];
    }

    private static double @Nullable [] optional(WeightLayout layout, int layer, double[][] arrays, LayerWeight weight) {
        return layout.has(weight) ? arrays[layout.index(layer, weight)] : null;
    }
}
