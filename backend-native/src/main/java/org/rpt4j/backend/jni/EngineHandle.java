package org.rpt4j.backend.jni;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.rpt4j.api.error.OperationCancelledException;

/**
 * An engine with its threads and memory, and the lock that lets one thread use it at a time. The calling thread
 * computes together with the engine's own threads. Thread-safe.
 */
final class EngineHandle {

    private final ReentrantLock lock = new ReentrantLock(true);
    private final List<Runnable> closers = new ArrayList<>();
    private final long engine;

    EngineHandle(long engine) {
        this.engine = engine;
    }

    long engine() {
        return engine;
    }

    /** Waits for the engine, even on an interrupted thread. */
    void lock() {
        lock.lock();
    }

    /** Waits for the engine; fails on an interrupted thread. */
    void lockInterruptibly(String operation) {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException(operation + " was not started: the calling thread is interrupted", e);
        }
    }

    /** Runs {@code closer} as soon as no operation uses the engine, at the latest in {@link #unlock}. */
    void whenIdle(Runnable closer) {
        lock();
        closers.add(closer);
        unlock();
    }

    void unlock() {
        try {
            // A callback inside an operation holds the lock twice; what it closes is in use until the operation ends.
            if (lock.getHoldCount() == 1) {
                closers.forEach(Runnable::run);
                closers.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Closes the engine once it is idle. Everything opened in it must be closed first. */
    void close() {
        whenIdle(() -> NativeEngine.closeEngine(engine));
    }
}
