package org.rpt4j.answers.reward;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.rpt4j.answers.compare.Judgement.Outcome;
import org.rpt4j.answers.compare.SymbolicEquality;
import org.rpt4j.api.error.OperationCancelledException;

/**
 * Gives a computer algebra system a time limit: what it cannot say by then is undecided, and so is a formula on which
 * it fails, because such systems fail on formulas of models. A system that ignores interrupts keeps its thread; while
 * {@value #MOST_THREADS} calls are stuck, nothing further is decided. Its threads are daemons and end when idle.
 */
final class BoundedAlgebra implements SymbolicEquality {

    private static final int MOST_THREADS = 8;
    private static final long IDLE_SECONDS = 10;

    private final SymbolicEquality system;
    private final Duration limit;
    private final ExecutorService threads;

    BoundedAlgebra(SymbolicEquality system, Duration limit) {
        this.system = system;
        this.limit = limit;
        this.threads = new ThreadPoolExecutor(
                0, MOST_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(work, "rpt4j-algebra");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public Outcome compare(String predicted, String gold) {
        Future<Outcome> call;
        try {
            call = threads.submit(() -> system.compare(predicted, gold));
        } catch (RejectedExecutionException e) {
            return Outcome.UNDECIDED;
        }
        try {
            return call.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            call.cancel(true);
            return Outcome.UNDECIDED;
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("comparing answers was interrupted", e);
        }
    }
}
