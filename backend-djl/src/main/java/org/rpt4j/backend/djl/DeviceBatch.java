package org.rpt4j.backend.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.rpt4j.backend.djl.torchscript.DecoderScript;

/** The tensors of a {@link RaggedBatch}, owned by a scope. */
final class DeviceBatch {

    final NDArray ids;
    final NDArray positions;
    final NDArray meta;
    final NDArray pad;
    final NDArray unpad;

    DeviceBatch(NDManager scope, RaggedBatch batch) {
        ids = scope.create(batch.ids);
        positions = scope.create(batch.positions);
        pad = scope.create(batch.pad);
        unpad = scope.create(batch.unpad);
        // The program reads these as plain numbers, so they stay on the host.
        meta = scope.newSubManager(Device.cpu()).create(batch.meta, new Shape(batch.groups, DecoderScript.META_WIDTH));
    }

    /** Computes the final hidden states of {@code rows} in one call, [R, d]. */
    NDArray encode(DjlModel model, NDManager scope, boolean gradients, NDArray rows) {
        return model.script()
                .callOne(
                        scope,
                        gradients,
                        "encode",
                        new long[0],
                        gradients ? model.trainingWeights() : model.inferenceWeights(),
                        ids,
                        positions,
                        model.cosines(),
                        model.sines(),
                        meta,
                        pad,
                        unpad,
                        rows);
    }
}
