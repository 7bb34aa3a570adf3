package org.rpt4j.core.train;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.rpt4j.core.phase.Progress;

/**
 * A handle to training that runs on another thread. All methods are safe from any thread.
 *
 * <p>The policy and the optimizer belong to the caller, who closes them only after the run has ended. Interrupting the
 * thread of the run, as {@link java.util.concurrent.ExecutorService#shutdownNow} does, cancels it within a token.
 */
public final class TrainingRun implements AutoCloseable {

    private static final AtomicLong THREADS = new AtomicLong();

    private final Trainer trainer;
    private final CompletableFuture<TrainingResult> result = new CompletableFuture<>();

    private TrainingRun(Trainer trainer) {
        this.trainer = trainer;
    }

    /** Starts on a thread of its own, a daemon named {@code rpt4j-training-<n>}, which ends with the run. */
    public static TrainingRun start(Trainer trainer) {
        return start(trainer, work -> {
            Thread thread = new Thread(work, "rpt4j-training-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            thread.start();
        });
    }

    /**
     * Starts on an executor, which stays the caller's and is occupied by one task until the run ends.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the executor does not take it
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
     * How the run ends: what {@link Trainer#run()} returns, or what it throws. Completing or cancelling this future
     * does not touch the run.
     */
    public CompletableFuture<TrainingResult> result() {
        return result.copy();
    }

    /** Steps done and left, with the time that is left at the pace so far. */
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

    /** Cancels and waits until the run has ended, however it ends; idempotent. Not for the thread of the run. */
    @Override
    public void close() {
        cancel();
        result.handle((ended, error) -> null).join();
    }
}
