package org.rpt4j.spi.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The models that are open in a backend: closing the backend closes them, and nothing is opened afterwards (rules B4
 * and B5 of {@code docs/contract.md}). Models that were closed are forgotten, so a backend may live long. Models are
 * opened one at a time. Thread-safe.
 *
 * @since 0.1.0
 */
public final class OpenModels {

    /** A model in some role. */
    public interface Model extends AutoCloseable {

        /** Whether the model is closed. Must not block. */
        boolean isClosed();

        /** Frees the model; idempotent. */
        @Override
        void close();
    }

    private final String backend;
    private final List<Model> models = new ArrayList<>();
    private boolean closed;

    /**
     * No models.
     *
     * @param backend name of the backend, for messages
     */
    public OpenModels(String backend) {
        this.backend = backend;
    }

    /**
     * Opens a model and keeps it until it is closed.
     *
     * @throws IllegalStateException if the backend is closed
     */
    public synchronized <M extends Model> M open(Supplier<M> opening) {
        requireOpen();
        M model = opening.get();
        models.removeIf(Model::isClosed);
        models.add(model);
        return model;
    }

    /**
     * Runs work that needs an open backend, which is not closed meanwhile.
     *
     * @throws IllegalStateException if the backend is closed
     */
    public synchronized <T> T whileOpen(Supplier<T> work) {
        requireOpen();
        return work.get();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the " + backend + " backend is closed");
        }
    }

    /** Number of models that are kept, closed ones that are not forgotten yet included. */
    synchronized int count() {
        return models.size();
    }

    /**
     * Closes the backend: first every model, then the engine, also if a model fails. Does nothing the second time.
     *
     * @param engine closes what the models stand on
     * @throws IllegalStateException if a model could not be closed; the failures of further models are suppressed in it
     */
    public synchronized void close(Runnable engine) {
        if (closed) {
            return;
        }
        closed = true;
        @Nullable RuntimeException failure = null;
        for (Model model : models) {
            try {
                model.close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = new IllegalStateException("closing a model of the " + backend + " backend failed", e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        models.clear();
        try {
            engine.run();
        } catch (RuntimeException | Error e) {
            if (failure != null) {
                e.addSuppressed(failure);
            }
            throw e;
        }
        if (failure != null) {
            throw failure;
        }
    }
}
