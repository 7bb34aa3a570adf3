package org.rpt4j.tck.reference;

import org.jspecify.annotations.Nullable;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/** The arrays of one decoder layer by role: its weights, or the gradients of them. Absent ones are null. */
record LayerWeights(
        double[] inputNorm,
        double[] query,
        double[] key,
        double[] value,
        double @Nullable [] queryBias,
        double @Nullable [] keyBias,
        double @Nullable [] valueBias,
        double @Nullable [] queryNorm,
        double @Nullable [] keyNorm,
        double[] output,
        double @Nullable [] outputBias,
        double[] postNorm,
        double[] gate,
        double[] up,
        double[] down) {

    static LayerWeights of(WeightLayout layout, int layer, double[][] arrays) {
        return new LayerWeights(
                arrays[layout.index(layer, LayerWeight.INPUT_NORM)],
                arrays[layout.index(layer, LayerWeight.QUERY)],
                arrays[layout.index(layer, LayerWeight.KEY)],
                arrays[layout.index(layer, LayerWeight.VALUE)],
                optional(layout, layer, arrays, LayerWeight.QUERY_BIAS),
                optional(layout, layer, arrays, LayerWeight.KEY_BIAS),
                optional(layout, layer, arrays, LayerWeight.VALUE_BIAS),
                optional(layout, layer, arrays, LayerWeight.QUERY_NORM),
                optional(layout, layer, arrays, LayerWeight.KEY_NORM),
                arrays[layout.index(layer, LayerWeight.OUTPUT)],
                optional(layout, layer, arrays, LayerWeight.OUTPUT_BIAS),
                arrays[layout.index(layer, LayerWeight.POST_NORM)],
                arrays[layout.index(layer, LayerWeight.GATE)],
                arrays[layout.index(layer, LayerWeight.UP)],
                arrays[layout.index(layer, LayerWeight.DOWN)]);
    }

    private static double @Nullable [] optional(WeightLayout layout, int layer, double[][] arrays, LayerWeight weight) {
        return layout.has(weight) ? arrays[layout.index(layer, weight)] : null;
    }
}
