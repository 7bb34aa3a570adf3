package org.rpt4j.backend.djl;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.OperationCancelledException;

/**
 * The single thread on which a backend calls libtorch, because libtorch's gradient mode and executor settings are
 * thread-local and its gradients are not thread-safe. Callers wait. An interrupted caller sets a flag that long work
 * polls, and waits until the work has ended cleanly.
 */
final class EngineThread implements AutoCloseable {

    private static final int SHUTDOWN_SECONDS = 10;

    private final ExecutorService executor;
    private final Thread thread;
    private volatile @Nullable Turn running;
    private volatile boolean stopping;
    private final Thread shutdownHook = new Thread(this::stopAndWait, "rpt4j-djl-shutdown");

    EngineThread(int threads) {
        Thread[] created = new Thread[1];
        executor = Executors.newSingleThreadExecutor(task -> {
            created[0] = new Thread(task, "rpt4j-djl");
            created[0].setDaemon(true);
            created[0].setContextClassLoader(EngineThread.class.getClassLoader());
            return created[0];
        });
        call("start", () -> {
            JniUtils.setGraphExecutorOptimize(false);
            if (threads > 0) {
                JniUtils.setNumThreads(threads);
            }
            return true;
        });
        thread = created[0];
        Runtime.getRuntime().addShutdownHook(shutdownHook);
    }

    /**
     * Runs work on the engine thread and waits for it, even if the caller is interrupted, so that saving and closing at
     * shutdown are not lost. Calls from the engine thread itself run at once.
     */
    <T> T call(String operation, Callable<T> work) {
        if (Thread.currentThread() == thread) {
            return run(operation, work);
        }
        Turn turn = new Turn(false);
        return await(operation, turn, submit(operation, turn, work));
    }

    /**
     * Like {@link #call}, for long work that polls {@link #checkCancelled}: rejected on an interrupted thread, and
     * cancelled if the caller is interrupted while waiting for its turn.
     */
    <T> T callInterruptibly(String operation, Callable<T> work) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException(operation + " was not started: the calling thread is interrupted");
        }
        if (Thread.currentThread() == thread) {
            return run(operation, work);
        }
        Turn turn = new Turn(true);
        return await(operation, turn, submit(operation, turn, work));
    }

    /** One caller's turn on the engine thread: it waits, then runs unless the caller has given up. */
    private static final class Turn {

        private enum State {
            AWAITED,
            BEGUN,
            GIVEN_UP
        }

        private final boolean mayBeGivenUp;
        private final AtomicReference<State> state = new AtomicReference<>(State.AWAITED);
        private volatile boolean interrupted;

        Turn(boolean mayBeGivenUp) {
            this.mayBeGivenUp = mayBeGivenUp;
        }

        boolean begin() {
            return state.compareAndSet(State.AWAITED, State.BEGUN);
        }

        /** Called when the caller is interrupted; returns whether it may stop waiting for its turn. */
        boolean interrupt() {
            interrupted = true;
            return mayBeGivenUp && state.compareAndSet(State.AWAITED, State.GIVEN_UP);
        }
    }

    private <T> Future<T> submit(String operation, Turn turn, Callable<T> work) {
        try {
            return executor.submit(() -> {
                if (!turn.begin()) {
                    throw new OperationCancelledException(operation + " was cancelled before it started");
                }
                running = turn;
                try {
                    return run(operation, work);
                } finally {
                    running = null;
                }
            });
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the djl backend is closed; " + operation + " is no longer possible", e);
        }
    }

    private static <T> T await(String operation, Turn turn, Future<T> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    if (turn.interrupt()) {
                        throw new OperationCancelledException(operation + " was interrupted before it started");
                    }
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new BackendFailureException("djl backend failed in " + operation + ": " + e.getCause(), e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends long work if its caller was interrupted; called between tokens and between sequences. */
    void checkCancelled(String operation) {
        @Nullable Turn turn = running;
        if (stopping || turn != null && turn.interrupted) {
            throw new OperationCancelledException(operation + " was interrupted");
        }
    }

    private static <T> T run(String operation, Callable<T> work) {
        try {
            return work.call();
        } catch (EngineException e) {
            String message = "libtorch failed in " + operation + ": " + firstLines(String.valueOf(e.getMessage()));
            throw isShortage(message)
                    ? new BackendMemoryException(message, e)
                    : new BackendFailureException(message, e);
        } catch (OutOfMemoryError e) {
            throw new BackendMemoryException(
                    "not enough Java memory for " + operation + ": " + e.getMessage() + ". Increase it with -Xmx.", e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new BackendFailureException("djl backend failed in " + operation + ": " + e, e);
        }
    }

    /** libtorch has no exception type for it, so this matches the messages of its CPU and CUDA allocators. */
    private static boolean isShortage(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        return lower.contains("out of memory") || lower.contains("not enough memory");
    }

    private static String firstLines(String message) {
        return message.lines().limit(3).reduce((a, b) -> a + " | " + b).orElse("no message");
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The JVM is shutting down, and the hook is running or has run.
        }
    }

    /** libtorch must not be unloaded during an operation: a signal would then kill the whole process. */
    private void stopAndWait() {
        stopping = true;
        executor.shutdownNow();
        try {
            executor.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
