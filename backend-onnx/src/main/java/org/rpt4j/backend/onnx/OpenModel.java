package org.rpt4j.backend.onnx;

import org.rpt4j.api.ModelDescription;

/** What every role of a model has: a description, and an end. Calls are serialised on this object. */
abstract class OpenModel implements AutoCloseable {

    private final String role;
    private final ModelDescription description;
    private boolean closed;

    OpenModel(String role, ModelDescription description) {
        this.role = role;
        this.description = description;
    }

    public synchronized ModelDescription description() {
        requireOpen("description");
        return description;
    }

    /** Refuses a call after the end. */
    final void requireOpen(String operation) {
        if (closed) {
            throw new IllegalStateException(
                    "this " + role + " is closed; " + operation + " is not possible any more");
        }
    }

    /** Frees what the model holds; called once. */
    abstract void free();

    @Override
    public final synchronized void close() {
        if (!closed) {
            closed = true;
            free();
        }
    }
}
