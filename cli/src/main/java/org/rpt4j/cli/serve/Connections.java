package org.rpt4j.cli.serve;

import java.time.Duration;

/** Counts the connections, and the requests on them that are not answered yet. Thread-safe. */
final class Connections {

    private final int limit;
    private int open;
    private int unanswered;

    Connections(int limit) {
        this.limit = limit;
    }

    /** Counts a connection; every one that was counted must be {@link #left}. */
    synchronized boolean enter() {
        open++;
        return open <= limit;
    }

    synchronized void left() {
        open--;
    }

    synchronized int open() {
        return open;
    }

    synchronized void asked() {
        unanswered++;
    }

    synchronized void answered() {
        unanswered--;
        notifyAll();
    }

    /** Waits until every answer was sent, for a while. */
    synchronized void awaitAnswered(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (unanswered > 0) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }
}
