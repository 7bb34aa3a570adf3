package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Keeps only the input of each layer, and recomputes one layer at a time in the backward pass: about a third more
 * arithmetic, but the memory of one layer instead of all (Chen et al. 2016, arXiv 1604.06174).
 */
final class LayerwiseActivations implements Activations {

    private final DjlModel model;
    private final NDManager scope;
    private final DeviceBatch batch;
    private final NDArray rows;
    private final List<NDArray> inputs = new ArrayList<>();
    private final NDArray hidden;

    LayerwiseActivations(DjlModel model, NDManager scope, RaggedBatch ragged) {
        this.model = model;
        this.scope = scope;
        this.batch = new DeviceBatch(scope, ragged);
        this.rows = scope.create(ragged.rows);
        inputs.add(embed(scope, false));
        for (int layer = 0; layer < model.config.layers() - 1; layer++) {
            inputs.add(layer(scope, false, layer, inputs.get(layer)));
        }
        this.hidden = last(scope, false, inputs.get(inputs.size() - 1));
    }

    @Override
    public NDArray hidden() {
        return hidden;
    }

    @Override
    public void backward(UnaryOperator<NDArray> surrogate) {
        int lastLayer = model.config.layers() - 1;
        NDArray gradient;
        try (NDManager part = scope.newSubManager()) {
            NDArray input = leaf(lastLayer);
            NDArray scalar = surrogate.apply(last(part, true, input));
            JniUtils.backward((PtNDArray) scalar, (PtNDArray) part.ones(scalar.getShape()), false, false);
            gradient = takeGradient(input);
        }
        for (int layer = lastLayer - 1; layer >= 0; layer--) {
            try (NDManager part = scope.newSubManager()) {
                NDArray input = leaf(layer);
                NDArray output = layer(part, true, layer, input);
                gradient.attach(part);
                JniUtils.backward((PtNDArray) output, (PtNDArray) gradient, false, false);
                gradient = takeGradient(input);
            }
        }
        if (model.adapter.isPresent()) {
            gradient.close(); // the embedding is frozen
            return;
        }
        try (NDManager part = scope.newSubManager()) {
            gradient.attach(part);
            JniUtils.backward((PtNDArray) embed(part, true), (PtNDArray) gradient, false, false);
        }
    }

    private NDArray leaf(int layer) {
        NDArray input = inputs.get(layer);
        input.setRequiresGradient(true);
        return input;
    }

    private NDArray takeGradient(NDArray input) {
        NDArray gradient = input.getGradient();
        gradient.attach(scope);
        return gradient;
    }

    private NDArray embed(NDManager target, boolean gradients) {
        return model.script()
                .callOne(target, gradients, "encode_input", new long[0], model.trainingWeights(), batch.ids);
    }

    private NDArray layer(NDManager target, boolean gradients, int layer, NDArray input) {
        return model.script()
                .callOne(
                        target,
                        gradients,
                        "encode_layer",
                        new long[] {layer},
                        model.trainingWeights(),
                        input,
                        batch.ids,
                        batch.positions,
                        model.cosines(),
                        model.sines(),
                        batch.meta,
                        batch.pad,
                        batch.unpad);
    }

    private NDArray last(NDManager target, boolean gradients, NDArray input) {
        return model.script()
                .callOne(
                        target,
                        gradients,
                        "encode_last",
                        new long[0],
                        model.trainingWeights(),
                        input,
                        batch.ids,
                        batch.positions,
                        model.cosines(),
                        model.sines(),
                        batch.meta,
                        batch.pad,
                        batch.unpad,
                        rows);
    }
}
