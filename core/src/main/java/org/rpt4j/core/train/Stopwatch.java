package org.rpt4j.core.train;

/** Measures laps of wall-clock time. */
final class Stopwatch {

    private long last = System.nanoTime();

    /** Seconds since the last lap or the start. */
    double lap() {
        long now = System.nanoTime();
        double seconds = (now - last) / 1e9;
        last = now;
        return seconds;
    }
}
