package org.rpt4j.backend.jni;

/** Gradients of all weights in the engine's memory; used within {@link ModelHandle#use}. */
final class GradientSum {

    private final ModelHandle model;
    private final long handle;
    private final Runnable closer;

    GradientSum(ModelHandle model) {
        this.model = model;
        long opened = NativeEngine.openGradients(model.model());
        this.handle = opened;
        this.closer = () -> NativeEngine.closeGradients(opened);
        model.onClose(closer);
    }

    long handle() {
        return handle;
    }

    void close() {
        model.forget(closer);
        closer.run();
    }
}
