package org.rpt4j.run.resume;

/**
 * Which checkpoints are kept.
 *
 * @param last so many of the latest, at least one
 * @param best whether that of the best validation is kept, too
 * @since 0.1.0
 */
public record Retention(int last, boolean best) {

    public Retention {
        if (last < 1) {
            throw new IllegalArgumentException(
                    "last is " + last + ", must be positive: a run needs one to resume from");
        }
    }
}
