package org.rpt4j.backend.jni;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.rpt4j.api.error.OperationCancelledException;

/**
 * An engine with its threads and memory, and the lock that lets one thread work with it at a time. The thread that
 * calls is the one that computes, with the engine's own threads beside it. Thread-safe.
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

    /** Runs something when the operation that holds the engine has ended, at the latest in its {@link #unlock}. */
    void whenIdle(Runnable closer) {
        lock();
        closers.add(closer);
        unlock();
    }

    void unlock() {
        try {
            // A callback within an operation holds the engine twice; what it closes is in use until the operation ends.
            if (lock.getHoldCount() == 1) {
                closers.forEach(Runnable::run);
                closers.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the engine once it is idle; everything that was opened in it must have been closed before. */
    void close() {
        whenIdle(() -> NativeEngine.closeEngine(engine));
    }
}
