package org.rpt4j.run.directory;

import org.rpt4j.core.train.RunOutcome;

/**
 * How a run ended: the content of {@code outcome.json}.
 *
 * @param outcome whether it completed, stopped or failed
 * @param detail for people: what was done, or the error
 * @param seconds wall-clock time
 * @since 0.1.0
 */
public record RunEnd(Outcome outcome, String detail, double seconds) {

    /** Every way in which a run ends. */
    public enum Outcome {
        /** See {@link RunOutcome#COMPLETED}. */
        COMPLETED,
        /** See {@link RunOutcome#STOPPED_EARLY}. */
        STOPPED_EARLY,
        /** See {@link RunOutcome#CANCELLED}. */
        CANCELLED,
        /** The run threw an error. */
        FAILED;

        static Outcome of(RunOutcome outcome) {
            return switch (outcome) {
                case COMPLETED -> COMPLETED;
                case STOPPED_EARLY -> STOPPED_EARLY;
                case CANCELLED -> CANCELLED;
            };
        }
    }
}
