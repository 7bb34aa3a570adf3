package org.rpt4j.core.reward;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RewardException;

/**
 * Gives a verifier a deadline, because a judge that calls a service or user code may stall, and a run must not. A call
 * that takes longer is interrupted, and each of its attempts counts as an abstention, never as a reward of 0.
 * Exceptions of the verifier are rethrown.
 *
 * <p>The verifier runs on the given executor, which the caller keeps, or on its own daemon threads named
 * {@code rpt4j-reward-<n>}, which {@link #close()} ends. A verifier that ignores interrupts keeps its thread; while
 * {@value #MAX_THREADS} calls are stuck, further attempts count as abstentions immediately. Thread-safe if the verifier
 * is.
 *
 * @since 0.1.0
 */
public final class DeadlineVerifier implements RewardVerifier, AutoCloseable {

    private static final int MAX_THREADS = 16;
    private static final long IDLE_SECONDS = 10;

    private final RewardVerifier verifier;
    private final Duration deadline;
    private final Executor executor;
    private final @Nullable ExecutorService owned;
    private final LongAdder abstentions = new LongAdder();
    private volatile boolean closed;

    /** Creates a verifier with its own threads. */
    public DeadlineVerifier(RewardVerifier verifier, Duration deadline) {
        this(verifier, deadline, null);
    }

    /** Creates a verifier that runs on an executor. Waiting for a free thread counts towards the deadline. */
    public DeadlineVerifier(RewardVerifier verifier, Duration deadline, @Nullable Executor executor) {
        if (deadline.isZero() || deadline.isNegative()) {
            throw new IllegalArgumentException("deadline is " + deadline + ", must be positive");
        }
        this.verifier = verifier;
        this.deadline = deadline;
        if (executor == null) {
            ExecutorService threads = ownThreads();
            this.owned = threads;
            this.executor = threads;
        } else {
            this.owned = null;
            this.executor = executor;
        }
    }

    @Override
    public Verdict verify(Attempt attempt) {
        return within(() -> Collections.singletonList(verifier.verify(attempt)), 1)
                .get(0);
    }

    @Override
    public List<Verdict> verifyGroup(List<Attempt> attempts) {
        return within(() -> verifier.verifyGroup(attempts), attempts.size());
    }

    /** Number of attempts that this verifier abstained on because of the deadline. */
    public long abstentions() {
        return abstentions.sum();
    }

    /**
     * Interrupts running calls, ends its own threads, and closes the verifier if it can be closed; idempotent. Judging
     * afterwards throws.
     */
    @Override
    public void close() {
        boolean first = !closed;
        closed = true;
        if (owned != null) {
            owned.shutdownNow();
        }
        if (first && verifier instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new RewardException("The verifier could not be closed: " + e, e);
            }
        }
    }

    private List<Verdict> within(Supplier<List<Verdict>> call, int attempts) {
        requireOpen();
        FutureTask<List<Verdict>> task = new FutureTask<>(call::get);
        try {
            executor.execute(task);
            return task.get(TimeUnit.NANOSECONDS.convert(deadline), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            requireOpen();
            return abstain(attempts, "no thread is free to judge: earlier calls are stuck");
        } catch (TimeoutException e) {
            task.cancel(true);
            return abstain(attempts, "no verdict within " + deadline);
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("waiting for a verdict was interrupted", e);
        } catch (ExecutionException e) {
            throw unwrapped(Objects.requireNonNull(e.getCause()));
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this verifier is closed");
        }
    }

    private List<Verdict> abstain(int attempts, String cause) {
        abstentions.add(attempts);
        return Collections.nCopies(attempts, new Verdict.Abstained(cause));
    }

    private static RuntimeException unwrapped(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException known
                ? known
                : new RewardException("The verifier failed: " + cause, cause);
    }

    private static ExecutorService ownThreads() {
        AtomicInteger count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(work, "rpt4j-reward-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
