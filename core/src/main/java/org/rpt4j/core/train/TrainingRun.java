package org.rpt4j.core.train;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.rpt4j.core.phase.Progress;

/**
 * A handle to a training run on another thread. All methods are safe from any thread.
 *
 * <p>The caller closes the policy and the optimizer, but only after the run has ended. Interrupting the run's thread,
 * as {@link java.util.concurrent.ExecutorService#shutdownNow} does, cancels the run within one token.
 *
 * @since 0.1.0
 */
public final class TrainingRun implements AutoCloseable {

    private static final AtomicLong THREADS = new AtomicLong();

    private final Trainer trainer;
    private final CompletableFuture<TrainingResult> result = new CompletableFuture<>();

    private TrainingRun(Trainer trainer) {
        this.trainer = trainer;
    }

    /** Starts the run on its own daemon thread, named {@code rpt4j-training-<n>}, which ends with the run. */
    public static TrainingRun start(Trainer trainer) {
        return start(trainer, work -> {
            Thread thread = new Thread(work, "rpt4j-training-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            thread.start();
        });
    }

    /**
     * Starts the run on the caller's executor, where it occupies one thread until it ends.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the executor rejects the task
     */
    public static TrainingRun start(Trainer trainer, Executor executor) {
        TrainingRun run = new TrainingRun(trainer);
        executor.execute(run::work);
        return run;
    }

    private void work() {
        try {
            result.complete(trainer.run());
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    /**
     * The outcome of {@link Trainer#run()}: its result or its exception. Completing or cancelling this future does not
     * affect the run.
     */
    public CompletableFuture<TrainingResult> result() {
        return result.copy();
    }

    /** Completed and total steps, with the estimated remaining time. */
    public Progress progress() {
        return trainer.progress();
    }

    /** See {@link Trainer#pause()}. */
    public void pause() {
        trainer.pause();
    }

    /** See {@link Trainer#resume()}. */
    public void resume() {
        trainer.resume();
    }

    /** See {@link Trainer#cancel()}. */
    public void cancel() {
        trainer.cancel();
    }

    /**
     * Cancels the run and waits until it has ended, however it ends; idempotent. Do not call this on the run's own
     * thread.
     */
    @Override
    public void close() {
        cancel();
        result.handle((ended, error) -> null).join();
    }
}
