package org.rpt4j.reliability;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A call on its own thread, which a test interrupts and observes. */
final class Work {

    private final CompletableFuture<List<?>> result = new CompletableFuture<>();
    private final Thread thread;

    private Work(Callable<? extends List<?>> call) {
        thread = new Thread(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
    }

    static Work start(Callable<? extends List<?>> call) {
        Work work = new Work(call);
        work.thread.start();
        return work;
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Returns the result of the call, or throws its exception. */
    List<?> result() {
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Returns what the call threw, or null if it returned. */
    @Nullable
    Throwable ending() {
        return result.handle((value, error) -> error).join();
    }

    /** Waits until the thread blocks, and thus is inside the call. */
    void awaitBlocked() throws InterruptedException {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.BLOCKED) {
            if (result.isDone()) {
                throw new AssertionError("the call did not wait: " + result);
            }
            Thread.sleep(1);
        }
    }

    void awaitBlockedOrEnded() throws InterruptedException {
        while (!result.isDone()
                && thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.BLOCKED) {
            Thread.sleep(1);
        }
    }

    /** Waits until an interrupted thread has noticed and blocks again. */
    void awaitWoken() throws InterruptedException {
        do {
            Thread.sleep(1);
        } while (thread.getState() != Thread.State.WAITING);
    }
}
