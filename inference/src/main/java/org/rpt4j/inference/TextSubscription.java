package org.rpt4j.inference;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber and its text. A task on the executor computes events as long as there is demand, and ends without it:
 * a subscriber that waits holds memory, but no thread. {@link #cancel} interrupts the computation and frees the memory.
 */
final class TextSubscription implements Flow.Subscription {

    private final Flow.Subscriber<? super TokenEvent> subscriber;
    private final Executor executor;
    /** Requests for a drain that were not handled; whoever raises it from 0 starts the task. */
    private final AtomicInteger pending = new AtomicInteger();

    private final Object lock = new Object();
    /** Guarded by the lock. */
    private long demand;

    private boolean cancelled;
    private @Nullable Throwable failure;
    private @Nullable Thread computing;
    /** Used by the draining task alone. */
    private @Nullable TextGeneration text;

    private boolean done;

    TextSubscription(Flow.Subscriber<? super TokenEvent> subscriber, Executor executor) {
        this.subscriber = Objects.requireNonNull(subscriber, "subscriber");
        this.executor = executor;
    }

    /** Begins the text, or tells the subscriber why it cannot begin. */
    void start(Supplier<TextGeneration> texts) {
        try {
            text = texts.get();
        } catch (RuntimeException e) {
            fail(e);
        }
        subscriber.onSubscribe(this);
        drainSoon();
    }

    @Override
    public void request(long count) {
        if (count <= 0) {
            fail(new IllegalArgumentException("requested " + count + " events, must be at least 1"));
        } else {
            synchronized (lock) {
                demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
            }
        }
        drainSoon();
    }

    @Override
    public void cancel() {
        synchronized (lock) {
            cancelled = true;
            if (computing != null) {
                computing.interrupt();
            }
        }
        drainSoon();
    }

    private void fail(Throwable cause) {
        synchronized (lock) {
            if (failure == null) {
                failure = cause;
            }
        }
    }

    /** Starts a drain unless one runs, which then goes on. */
    private void drainSoon() {
        if (pending.getAndIncrement() == 0) {
            try {
                executor.execute(this::drain);
            } catch (RuntimeException e) {
                // No thread will come: this one ends the text.
                fail(e);
                drain();
            }
        }
    }

    private void drain() {
        int handled = pending.get();
        do {
            while (!done && step()) {
                // Each step hands over one event.
            }
            handled = pending.addAndGet(-handled);
        } while (handled > 0);
    }

    /** Hands over an event or the end; returns whether there may be more to do. */
    private boolean step() {
        Throwable failed;
        synchronized (lock) {
            if (cancelled) {
                finish();
                return false;
            }
            failed = failure;
            if (failed == null && demand == 0) {
                return false;
            }
        }
        if (failed == null) {
            failed = publish();
        }
        if (failed != null) {
            finish();
            if (!isCancelled()) {
                subscriber.onError(failed);
            }
        }
        return !done;
    }

    /** Computes and hands over one event; returns what failed. */
    private @Nullable Throwable publish() {
        TextGeneration running = Objects.requireNonNull(text);
        TokenEvent event;
        try {
            event = compute(running);
        } catch (RuntimeException | Error e) {
            return e;
        }
        if (isCancelled()) {
            finish();
            return null;
        }
        synchronized (lock) {
            demand -= demand == Long.MAX_VALUE ? 0 : 1;
        }
        boolean ended = running.isFinished();
        if (ended) {
            finish();
        }
        try {
            subscriber.onNext(event);
        } catch (RuntimeException | Error e) {
            // A subscriber must not throw; its text ends, and the thread's owner hears of it.
            cancel();
            finish();
            throw e;
        }
        if (ended && !isCancelled()) {
            subscriber.onComplete();
        }
        return null;
    }

    private TokenEvent compute(TextGeneration running) {
        synchronized (lock) {
            computing = cancelled ? null : Thread.currentThread();
        }
        try {
            return running.next();
        } finally {
            synchronized (lock) {
                computing = null;
                if (cancelled) {
                    // The interrupt was for this computation, not for what the thread does next.
                    Thread.interrupted();
                }
            }
        }
    }

    private boolean isCancelled() {
        synchronized (lock) {
            return cancelled;
        }
    }

    private void finish() {
        done = true;
        if (text != null) {
            text.close();
            text = null;
        }
    }
}
