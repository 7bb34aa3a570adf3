package org.rpt4j.core.phase;

import java.time.Duration;
import java.util.Optional;

/**
 * How far something is.
 *
 * @param done units done
 * @param total units in all
 * @param elapsed time spent on what is done
 */
public record Progress(long done, long total, Duration elapsed) {

    public Progress {
        if (done < 0 || done > total) {
            throw new IllegalArgumentException("done is " + done + " of " + total);
        }
    }

    /** The time that the rest will take at the mean pace so far; empty before anything is done. */
    public Optional<Duration> remaining() {
        if (done == 0) {
            return Optional.empty();
        }
        double perUnit = (double) elapsed.toNanos() / done;
        return Optional.of(Duration.ofNanos(Math.round(perUnit * (total - done))));
    }
}
