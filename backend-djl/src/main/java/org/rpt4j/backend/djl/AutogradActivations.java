package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.UnaryOperator;

/** Autograd keeps every activation: fastest, but needs the most memory. */
final class AutogradActivations implements Activations {

    private final NDManager scope;
    private final NDArray hidden;

    AutogradActivations(DjlModel model, NDManager scope, RaggedBatch ragged) {
        this.scope = scope;
        this.hidden = new DeviceBatch(scope, ragged).encode(model, scope, true, scope.create(ragged.rows));
    }

    @Override
    public NDArray hidden() {
        return hidden;
    }

    @Override
    public void backward(UnaryOperator<NDArray> surrogate) {
        NDArray scalar = surrogate.apply(hidden);
        NDArray one = scope.ones(scalar.getShape());
        JniUtils.backward((PtNDArray) scalar, (PtNDArray) one, false, false);
    }
}
