package org.rpt4j.backend.djl;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.spi.kit.OpenModels;

/**
 * What all roles of a model share: a description, work on the engine thread, and closing. Work that is still waiting
 * when the model is closed is rejected, so that nothing computes with freed tensors. A model that shares the tensors of
 * another, its owner, is closed with it.
 */
abstract class OpenModel implements OpenModels.Model {

    final DjlModel model;
    private final String role;
    private final EngineThread thread;
    private final ModelDescription description;
    private final @Nullable OpenModel owner;
    private final AtomicBoolean closed = new AtomicBoolean();

    OpenModel(String role, DjlModel model, EngineThread thread, @Nullable OpenModel owner) {
        this.role = role;
        this.model = model;
        this.thread = thread;
        this.owner = owner;
        this.description = model.config.describe();
    }

    final DjlModel model() {
        return model;
    }

    final EngineThread thread() {
        return thread;
    }

    @Override
    public final boolean isClosed() {
        return closed.get() || (owner != null && owner.isClosed());
    }

    public ModelDescription description() {
        requireOpen("description");
        return description;
    }

    /** Runs work on the engine thread unless the model is closed. */
    final <T> T onEngine(String operation, Callable<T> work) {
        requireOpen(operation);
        return thread.call(operation, whileOpen(operation, work));
    }

    /** Like {@link #onEngine}, for long work that an interrupt ends or prevents. */
    final <T> T onEngineInterruptibly(String operation, Callable<T> work) {
        requireOpen(operation);
        return thread.callInterruptibly(operation, whileOpen(operation, work));
    }

    /**
     * Frees what belongs to the model on the engine thread; does nothing if the model is closed, which has freed it
     * already.
     */
    final void freeOnEngine(Runnable freeing) {
        if (!isClosed()) {
            thread.call("close", () -> {
                if (!isClosed()) {
                    freeing.run();
                }
                return true;
            });
        }
    }

    private <T> Callable<T> whileOpen(String operation, Callable<T> work) {
        return () -> {
            requireOpen(operation);
            return work.call();
        };
    }

    private void requireOpen(String operation) {
        if (isClosed()) {
            throw new IllegalStateException("this " + role + " is closed; " + operation + " is no longer possible");
        }
    }

    /** Called once on the engine thread before the tensors of the model are freed. */
    void beforeFree() {}

    @Override
    public final void close() {
        boolean freed = isClosed(); // with its owner, for one
        if (closed.compareAndSet(false, true) && !freed) {
            thread.call("close", () -> {
                beforeFree();
                model.close();
                return true;
            });
        }
    }
}
