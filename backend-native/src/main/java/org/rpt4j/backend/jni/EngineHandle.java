package org.rpt4j.backend.jni;

import java.util.concurrent.locks.ReentrantLock;
import org.rpt4j.api.error.OperationCancelledException;

/**
 * An engine with its threads and memory, and the lock that lets one thread work with it at a time. The thread that calls
 * is the one that computes, with the engine's own threads beside it. Thread-safe.
 */
final class EngineHandle {

    private final ReentrantLock lock = new ReentrantLock(true);
    private final long engine;

    EngineHandle(long engine) {
        this.engine = engine;
    }

    long engine() {
        return engine;
    }

    /** Waits for the engine, also on an interrupted thread. */
    void lock() {
        lock.lock();
    }

    /** Waits for the engine; refused on an interrupted thread. */
    void lockInterruptibly(String operation) {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException(operation + " was not begun: the calling thread is interrupted", e);
        }
    }

    /** Whether the calling thread is in one operation and not in a callback within another. */
    boolean isOutermost() {
        return lock.getHoldCount() == 1;
    }

    void unlock() {
        lock.unlock();
    }

    /** Ends the engine; nothing opened in it may be left. */
    void close() {
        lock.lock();
        try {
            NativeEngine.closeEngine(engine);
        } finally {
            lock.unlock();
        }
    }
}
