package org.rpt4j.backend.jni;

import org.jspecify.annotations.Nullable;

/**
 * The accumulated gradients of all weights. The first backward pass allocates them in the engine's memory, {@link
 * #release} frees them. Call only within {@link ModelHandle#use}.
 */
final class GradientSum {

    private final ModelHandle model;
    private @Nullable Runnable closer;
    private long handle;
    private boolean pending;

    GradientSum(ModelHandle model) {
        this.model = model;
    }

    /** Handle of the sum, for a backward pass to add to. */
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

    /** Handle of the sum; only while {@link #isPending}. */
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
