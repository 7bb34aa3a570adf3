package org.rpt4j.backend.jni;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The accumulated gradients of all weights. The first backward pass allocates them in the engine's memory, {@link
 * #release} frees them. Call only within {@link ModelHandle#use}.
 */
final class GradientSum {

    /** Gradients of one view: its bytes have to be countable by an int. */
    private static final int VIEW = 1 << 20;

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

    /** Whether anything was added since the last {@link #clear}. */
    boolean isPending() {
        return pending;
    }

    /** Handle of the sum; only while {@link #isPending}. */
    long handle() {
        return handle;
    }

    /** Copies gradients; 0 where there are none. */
    void read(long from, FloatBuffer into) {
        if (pending) {
            eachView(from, into, into::put);
        } else {
            while (into.hasRemaining()) {
                into.put(0);
            }
        }
    }

    /** Adds numbers to gradients. */
    void add(long from, FloatBuffer values) {
        accumulate();
        eachView(from, values, view -> {
            for (int i = 0; i < view.capacity(); i++) {
                view.put(i, view.get(i) + values.get());
            }
        });
    }

    /** Calls with views of the gradients that a buffer has room for or values for, one after another. */
    private void eachView(long from, FloatBuffer buffer, Consumer<FloatBuffer> use) {
        long next = from;
        while (buffer.hasRemaining()) {
            int count = Math.min(buffer.remaining(), VIEW);
            use.accept(NativeEngine.gradients(handle, next, count)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer());
            next += count;
        }
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
