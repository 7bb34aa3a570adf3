package org.rpt4j.backend.jni;

import org.jspecify.annotations.Nullable;

/**
 * Gradients of all weights in the engine's memory, which is taken at the first backward pass and kept until {@link
 * #release}. Used within {@link ModelHandle#use}.
 */
final class GradientSum {

    private final ModelHandle model;
    private @Nullable Runnable closer;
    private long handle;
    private boolean pending;

    GradientSum(ModelHandle model) {
        this.model = model;
    }

    /** The sum so far, to be added to. */
    long accumulate() {
        if (closer == null) {
            long opened = NativeEngine.openGradients(model.model());
            handle = opened;
            closer = () -> NativeEngine.closeGradients(opened);
            model.onClose(closer);
        }
        pending = true;
        return handle;
    }

    /** Whether there has been a backward pass since the last {@link #clear}. */
    boolean isPending() {
        return pending;
    }

    /** The sum; there must be one. */
    long handle() {
        return handle;
    }

    void clear() {
        if (pending) {
            NativeEngine.zeroGradients(model.model(), handle);
            pending = false;
        }
    }

    void release() {
        if (closer != null) {
            model.forget(closer);
            closer.run();
            closer = null;
        }
        pending = false;
    }
}
