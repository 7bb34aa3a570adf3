package org.rpt4j.backend.jni;

import org.jspecify.annotations.Nullable;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/**
 * The backward pass that an update layer by layer computes: its forward pass, whose activations wait in the engine, and
 * the weights of the loss. Nothing is computed before {@link NativeOptimizer#step}, so dropping it changes nothing.
 * Call only within {@link ModelHandle#use}.
 */
final class WaitingBackward {

    private final ModelHandle model;
    private @Nullable Runnable closer;
    private long pass;
    private double[] weights = {};

    WaitingBackward(ModelHandle model) {
        this.model = model;
    }

    /** Takes over a forward pass, which it closes. */
    void take(long forward, double[] lossWeights) {
        pass = forward;
        weights = lossWeights;
        Runnable opened = () -> NativeEngine.closePass(forward);
        closer = opened;
        model.onClose(opened);
    }

    boolean isPending() {
        return closer != null;
    }

    /** Refuses a forward pass that would take the place of the one that waits. */
    void requireNone() {
        if (closer != null) {
            throw new UnsupportedCapabilityException("with " + BackendOptions.LAYERWISE_UPDATES.name()
                    + ", an update comes from a single backward pass, and one waits for Optimizer.step(). Make a step"
                    + " one pass: raise micro-batch-tokens or lower prompts-per-step; or turn "
                    + BackendOptions.LAYERWISE_UPDATES.name() + " off.");
        }
    }

    /** Computes the backward pass and the update; returns the norm of the gradient. */
    double update(long adamw, NativeStructs.DecaySpan[] spans, NativeStructs.UpdateOptions options) {
        return NativeEngine.updateLayerwise(adamw, pass, weights, spans, options);
    }

    void clear() {
        if (closer != null) {
            model.forget(closer);
            closer.run();
            closer = null;
        }
    }
}
