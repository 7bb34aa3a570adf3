package org.rpt4j.run.directory;

import org.rpt4j.core.train.TrainingResult;

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
        /** See {@link TrainingResult.Outcome#COMPLETED}. */
        COMPLETED,
        /** See {@link TrainingResult.Outcome#STOPPED_EARLY}. */
        STOPPED_EARLY,
        /** See {@link TrainingResult.Outcome#CANCELLED}. */
        CANCELLED,
        /** The run threw an error. */
        FAILED;

        static Outcome of(TrainingResult.Outcome outcome) {
            return switch (outcome) {
                case COMPLETED -> COMPLETED;
                case STOPPED_EARLY -> STOPPED_EARLY;
                case CANCELLED -> CANCELLED;
            };
        }
    }
}
