package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** What a backward pass needs from its forward pass. */
interface Activations {

    /** For a batch without completions: nothing to predict or differentiate. */
    Activations EMPTY = new Activations() {
        @Override
        public NDArray hidden() {
            throw new IllegalStateException("an empty batch has no hidden states");
        }

        @Override
        public void backward(UnaryOperator<NDArray> surrogate) {}
    };

    /** Returns the final hidden states of the predicting rows, [R, d]. */
    NDArray hidden();

    /** Adds to the gradients of the weights; {@code surrogate} maps hidden states to the scalar to differentiate. */
    void backward(UnaryOperator<NDArray> surrogate);
}
