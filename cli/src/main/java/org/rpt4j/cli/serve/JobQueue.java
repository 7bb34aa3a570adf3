package org.rpt4j.cli.serve;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests one after another on a thread of its own, in the order in which they came: a policy is used by one
 * thread at a time. At most so many wait. Thread-safe.
 */
final class JobQueue {

    private static final double NEWEST_SHARE = 0.3;
    private static final int MAX_RETRY_SECONDS = 60;

    private final Engine engine;
    private final int capacity;
    private final Thread worker;
    private final Deque<Job> waiting = new ArrayDeque<>();
    private @Nullable Job running;
    private boolean closed;
    private double usualSeconds = 1;

    JobQueue(Engine engine, int capacity) {
        this.engine = engine;
        this.capacity = capacity;
        this.worker = new Thread(this::work, "rpt4j-serve-model");
    }

    void start() {
        worker.start();
    }

    /**
     * Puts a job at the end.
     *
     * @throws ApiError if too many wait, or the server stops
     */
    synchronized void add(Job job) throws ApiError {
        if (closed) {
            throw Job.stopping();
        }
        // With nobody under way the next one starts at once, so it does not wait.
        int places = running == null ? capacity + 1 : capacity;
        if (waiting.size() >= places) {
            throw ApiError.busy(waiting.size(), retrySeconds());
        }
        waiting.add(job);
        notifyAll();
    }

    /** Ends a job soon, whether it waits or runs. */
    void cancel(Job job, Job.Cancelled reason) {
        if (job.cancel(reason)) {
            remove(job);
        }
    }

    private synchronized void remove(Job job) {
        waiting.remove(job);
        notifyAll();
    }

    /** How many wait. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** How many are under way: 0 or 1. */
    synchronized int running() {
        return running == null ? 0 : 1;
    }

    /** Takes no more, waits for those that it has, cancels what is left after a while, and ends its thread. */
    void close(Duration patience) {
        boolean interrupted = false;
        try {
            awaitIdle(patience);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        for (Job job : remaining()) {
            cancel(job, Job.Cancelled.STOPPING);
        }
        interrupted |= join();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void awaitIdle(Duration patience) throws InterruptedException {
        closed = true;
        notifyAll();
        long end = System.nanoTime() + patience.toNanos();
        while (running != null || !waiting.isEmpty()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    private synchronized List<Job> remaining() {
        List<Job> remaining = new ArrayList<>(waiting);
        if (running != null) {
            remaining.add(running);
        }
        return remaining;
    }

    /** Waits for the thread: the engine must not be closed under it. */
    private boolean join() {
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    private void work() {
        for (Job job = next(); job != null; job = next()) {
            long start = System.nanoTime();
            try {
                job.run(engine);
            } finally {
                over((System.nanoTime() - start) / 1e9);
            }
        }
    }

    private synchronized @Nullable Job next() {
        while (waiting.isEmpty()) {
            if (closed) {
                return null;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                // A job that was cancelled as it ended; the thread itself is never interrupted.
                continue;
            }
        }
        running = waiting.remove();
        return running;
    }

    private synchronized void over(double seconds) {
        usualSeconds += NEWEST_SHARE * (seconds - usualSeconds);
        running = null;
        notifyAll();
    }

    private int retrySeconds() {
        return (int) Math.max(1, Math.min(MAX_RETRY_SECONDS, Math.ceil(usualSeconds)));
    }
}
