package org.rpt4j.run.resume;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One daemon thread {@code rpt4j-checkpoint-<n>}, there from the first task to the end. */
final class BackgroundWriter implements AutoCloseable {

    private static final AtomicLong THREADS = new AtomicLong();

    private final ExecutorService executor = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "rpt4j-checkpoint-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    Future<?> submit(Runnable work) {
        return executor.submit(work);
    }

    /** Waits through interrupts: what was begun is finished. */
    @Override
    public void close() {
        executor.shutdown();
        boolean interrupted = false;
        while (!executor.isTerminated()) {
            try {
                executor.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
