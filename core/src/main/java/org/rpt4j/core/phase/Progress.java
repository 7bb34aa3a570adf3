package org.rpt4j.core.phase;

import java.time.Duration;
import java.util.Optional;

/**
 * The progress of an operation.
 *
 * @param done units done
 * @param total total number of units
 * @param elapsed time spent on the finished units
 * @since 0.1.0
 */
public record Progress(long done, long total, Duration elapsed) {

    public Progress {
        if (done < 0 || done > total) {
            throw new IllegalArgumentException("done is " + done + " of " + total);
        }
    }

    /** Estimated remaining time at the mean pace so far; empty before the first unit is done. */
    public Optional<Duration> remaining() {
        if (done == 0) {
            return Optional.empty();
        }
        double perUnit = (double) elapsed.toNanos() / done;
        return Optional.of(Duration.ofNanos(Math.round(perUnit * (total - done))));
    }
}
