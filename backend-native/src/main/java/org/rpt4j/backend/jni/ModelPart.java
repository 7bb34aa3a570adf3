package org.rpt4j.backend.jni;

import java.util.function.Supplier;

/**
 * Something that was opened in a model and has a handle of its own: a forward pass, an optimizer. Every use of the
 * handle goes through {@link #use}, which looks again whether it is open once it holds the engine: while a thread waits
 * there, another one may close the part. Thread-safe.
 */
final class ModelPart {

    private final ModelHandle model;
    private final String name;
    private final Runnable closer;
    private volatile boolean closed;

    /**
     * A part that is open; runs within {@link ModelHandle#use}.
     *
     * @param name for messages
     * @param closer frees the handle; runs once, at the latest when the model is freed
     */
    ModelPart(ModelHandle model, String name, Runnable closer) {
        this.model = model;
        this.name = name;
        this.closer = closer;
        model.onClose(closer);
    }

    void requireOpen(String operation) {
        if (closed) {
            throw new IllegalStateException("this " + name + " is closed; " + operation + " is no longer possible");
        }
    }

    /** Runs work with the handle; refuses a closed part or model. */
    <T> T use(String operation, Supplier<T> work) {
        requireOpen(operation);
        return model.use(operation, () -> {
            requireOpen(operation);
            return work.get();
        });
    }

    /**
     * Closes the part; does nothing the second time.
     *
     * @param before what to undo in the policy first; not run if the model is closed
     */
    void close(Runnable before) {
        model.closePart(() -> {
            if (!closed) {
                closed = true;
                before.run();
                model.forget(closer);
                closer.run();
            }
        });
        closed = true;
    }
}
