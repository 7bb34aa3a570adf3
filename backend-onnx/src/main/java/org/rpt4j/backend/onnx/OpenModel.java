package org.rpt4j.backend.onnx;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.spi.kit.OpenModels;

/**
 * What all roles of a model share: a description and closing. Calls run one at a time. A stop condition runs within a
 * call: it may close the model, which ends the call at its next token and frees the model then, and it may not start
 * another call, which would write into the cache of the first.
 */
abstract class OpenModel implements OpenModels.Model {

    private final String role;
    private final ModelDescription description;
    private final ReentrantLock turn = new ReentrantLock(true);
    private volatile boolean closed;
    private boolean freed;

    OpenModel(String role, ModelDescription description) {
        this.role = role;
        this.description = description;
    }

    @Override
    public final boolean isClosed() {
        return closed;
    }

    public ModelDescription description() {
        return brief("description", () -> description);
    }

    /** Runs long work; an interrupted thread does not wait for its turn. */
    final <T> T use(String operation, Supplier<T> work) {
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException(operation + " was called from within another call of this " + role
                    + ", by a stop condition. Call it afterwards, or open a second model.");
        }
        try {
            turn.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException(operation + " was interrupted before it started", e);
        }
        return unlocking(operation, work);
    }

    /** Runs short work when its turn comes. */
    final <T> T brief(String operation, Supplier<T> work) {
        turn.lock();
        return unlocking(operation, work);
    }

    private <T> T unlocking(String operation, Supplier<T> work) {
        try {
            requireOpen(operation);
            return work.get();
        } finally {
            leave();
        }
    }

    /** Refuses a closed model; long work calls it after everything that may have closed it. */
    final void requireOpen(String operation) {
        if (closed) {
            throw new IllegalStateException("this " + role + " is closed; " + operation + " is no longer possible");
        }
    }

    /** Frees a closed model as soon as no call uses it. */
    private void leave() {
        try {
            if (closed && !freed && turn.getHoldCount() == 1) {
                freed = true;
                free();
            }
        } finally {
            turn.unlock();
        }
    }

    /** Releases the model; called once. */
    abstract void free();

    @Override
    public final void close() {
        turn.lock();
        closed = true;
        leave();
    }
}
