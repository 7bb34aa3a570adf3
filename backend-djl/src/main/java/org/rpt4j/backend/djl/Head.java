package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.List;
import org.rpt4j.model.format.ModelConfig;

/**
 * Computes log-probabilities from hidden states, and turns their weights into gradients, in chunks of rows that limit
 * the logits in memory. The backward pass recomputes the logits of a chunk: dL/dz = w (onehot - softmax(z)).
 */
final class Head {

    /** Maximum number of logits in memory at a time. */
    private static final int CHUNK_ELEMENTS = 1 << 22;

    private final DjlModel model;
    private final double temperature;

    Head(DjlModel model, double temperature) {
        this.model = model;
        this.temperature = temperature;
    }

    /** Rows of logits per chunk. */
    static int chunkRows(ModelConfig config) {
        return Math.max(1, CHUNK_ELEMENTS / config.vocabularySize());
    }

    /** Returns the log-probability of each target, [R]. */
    double[] logProbs(NDManager scope, List<NDArray> weights, NDArray hidden, NDArray targets) {
        float[] values = model.script()
                .callOne(scope, false, "log_probs", chunk(), weights, hidden, targets, inverseTemperature(scope))
                .toFloatArray();
        double[] logProbs = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            logProbs[i] = values[i];
        }
        return logProbs;
    }

    /**
     * Returns a scalar whose gradient is that of sum_t w_t log p_t: hidden states and head enter it linearly, each
     * multiplied by its own gradient.
     */
    NDArray surrogate(NDManager scope, NDArray hidden, NDArray targets, double[] tokenWeights) {
        FloatBuffer floats = FloatBuffer.allocate(tokenWeights.length);
        for (double weight : tokenWeights) {
            floats.put((float) weight);
        }
        floats.rewind();
        NDArray weights = scope.create(floats, new Shape(tokenWeights.length), DataType.FLOAT32);
        NDList gradients = model.script()
                .call(
                        scope,
                        false,
                        "head_backward",
                        chunk(),
                        model.trainingWeights(),
                        hidden,
                        targets,
                        weights,
                        inverseTemperature(scope));
        return model.script()
                .callOne(
                        scope,
                        true,
                        "surrogate",
                        new long[0],
                        model.trainingWeights(),
                        hidden,
                        gradients.get(0),
                        gradients.get(1));
    }

    private long[] chunk() {
        return new long[] {chunkRows(model.config)};
    }

    private NDArray inverseTemperature(NDManager scope) {
        return scope.newSubManager(ai.djl.Device.cpu()).create(new double[] {1 / temperature});
    }
}
