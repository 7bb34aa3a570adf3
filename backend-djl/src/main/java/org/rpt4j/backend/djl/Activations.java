package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** What a backward pass needs of its forward pass. */
interface Activations {

    /** Of a batch without completions: nothing to predict, nothing to differentiate. */
    Activations EMPTY = new Activations() {
        @Override
        public NDArray hidden() {
            throw new IllegalStateException("an empty batch has no hidden states");
        }

        @Override
        public void backward(UnaryOperator<NDArray> surrogate) {}
    };

    /** Final hidden states of the predicting rows, [R, d]. */
    NDArray hidden();

    /** Adds to the weights' gradients; {@code surrogate} maps hidden states to the scalar to differentiate. */
    void backward(UnaryOperator<NDArray> surrogate);
}
