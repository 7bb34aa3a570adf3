package org.rpt4j.core.train;

import org.rpt4j.api.error.OperationCancelledException;

/** Cancel and pause requests, made by any thread and handled by the training thread. */
final class RunControl {

    private boolean cancelled;
    private boolean paused;

    synchronized void cancel() {
        cancelled = true;
        notifyAll();
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    synchronized void pause() {
        paused = true;
    }

    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    synchronized boolean isPaused() {
        return paused && !cancelled;
    }

    /** Waits until the run is neither paused nor cancelled. */
    synchronized void awaitResume() {
        try {
            while (isPaused()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throwIfCancelled();
    }

    void throwIfCancelled() {
        boolean asked = isCancelled();
        if (asked || Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("the run was " + (asked ? "cancelled" : "interrupted"));
        }
    }
}
