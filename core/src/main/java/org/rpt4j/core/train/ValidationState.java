package org.rpt4j.core.train;

/**
 * The state of the validation metric of a run.
 *
 * @param bestStep the step after which the metric was best; -1 if it was never a number
 * @param best best value; NaN if there is none
 * @param withoutImprovement measurements since then
 * @param owed whether the last measurement was interrupted, so that a resumed run must repeat it first
 * @since 0.1.0
 */
public record ValidationState(long bestStep, double best, int withoutImprovement, boolean owed) {

    /** No measurement yet. */
    public static final ValidationState NONE = new ValidationState(-1, Double.NaN, 0);

    /** A state without an interrupted measurement. */
    public ValidationState(long bestStep, double best, int withoutImprovement) {
        this(bestStep, best, withoutImprovement, false);
    }

    ValidationState thatIsOwed() {
        return new ValidationState(bestStep, best, withoutImprovement, true);
    }
}
