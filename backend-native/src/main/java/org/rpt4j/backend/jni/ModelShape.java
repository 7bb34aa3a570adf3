package org.rpt4j.backend.jni;

import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/**
 * Where each weight of a model lies in the engine's single array of floats: end to end in the order of the layout. The
 * query, key and value projections therefore form one matrix, and the gate and up projections another.
 */
final class ModelShape {

    final ModelConfig config;
    final WeightLayout layout;
    /** Every weight of the model. */
    final WeightTable table;

    ModelShape(ModelConfig config, WeightLayout layout) {
        this.config = config;
        this.layout = layout;
        this.table = new WeightTable(layout.all());
    }

    /** Where the engine finds the weights of the model. */
    NativeStructs.Layout offsets() {
        NativeStructs.Layout at = new NativeStructs.Layout();
        at.embedding = table.offset(WeightLayout.EMBEDDING);
        at.finalNorm = table.offset(WeightLayout.FINAL_NORM);
        at.head = table.offset(layout.head());
        at.layerStart = table.offset(layout.layerStart(0));
        at.layerSize = sizeOfLayers(false);
        at.expertLayerSize = sizeOfLayers(true);
        at.total = table.total();
        return at;
    }

    /** Where the engine finds the weights of a layer. */
    NativeStructs.LayerOffsets layerOffsets() {
        NativeStructs.LayerOffsets at = new NativeStructs.LayerOffsets();
        at.inputNorm = inLayer(LayerWeight.INPUT_NORM);
        at.fused = inLayer(LayerWeight.QUERY);
        at.fusedBias = inLayer(LayerWeight.QUERY_BIAS);
        at.queryNorm = inLayer(LayerWeight.QUERY_NORM);
        at.keyNorm = inLayer(LayerWeight.KEY_NORM);
        at.output = inLayer(LayerWeight.OUTPUT);
        at.outputBias = inLayer(LayerWeight.OUTPUT_BIAS);
        at.postNorm = inLayer(LayerWeight.POST_NORM);
        at.gateUp = inLayer(LayerWeight.GATE, false);
        at.down = inLayer(LayerWeight.DOWN, false);
        at.router = inLayer(LayerWeight.ROUTER, true);
        at.experts = inLayer(LayerWeight.GATE, true);
        at.attentionNorm = inLayer(LayerWeight.ATTENTION_NORM);
        at.feedForwardNorm = inLayer(LayerWeight.FEED_FORWARD_NORM);
        return at;
    }

    /** What layers with experts have where layers without have it. */
    private long inLayer(LayerWeight weight) {
        return inLayer(weight, config.hasExperts(0));
    }

    private long inLayer(LayerWeight weight, boolean experts) {
        OptionalInt layer = firstLayer(experts);
        return layer.isPresent() && layout.has(weight)
                ? table.offset(layout.index(layer.getAsInt(), weight))
                        - table.offset(layout.layerStart(layer.getAsInt()))
                : NativeStructs.LayerOffsets.ABSENT;
    }

    private long sizeOfLayers(boolean experts) {
        OptionalInt layer = firstLayer(experts);
        return layer.isPresent()
                ? table.offset(layout.layerStart(layer.getAsInt() + 1))
                        - table.offset(layout.layerStart(layer.getAsInt()))
                : 0;
    }

    private OptionalInt firstLayer(boolean experts) {
        return IntStream.range(0, config.layers())
                .filter(layer -> config.hasExperts(layer) == experts)
                .findFirst();
    }
}
