package org.rpt4j.core.train;

/**
 * How the metric of a run stands.
 *
 * @param bestStep the step after which it was best; -1 if it never was a number
 * @param best its value then; NaN if there is none
 * @param withoutImprovement measurements since then
 * @param owed whether the last measurement was cut off, so that a run that goes on has to make it first
 */
public record ValidationState(long bestStep, double best, int withoutImprovement, boolean owed) {

    /** Nothing was measured. */
    public static final ValidationState NONE = new ValidationState(-1, Double.NaN, 0);

    /** A state in which every measurement was made. */
    public ValidationState(long bestStep, double best, int withoutImprovement) {
        this(bestStep, best, withoutImprovement, false);
    }

    ValidationState thatIsOwed() {
        return new ValidationState(bestStep, best, withoutImprovement, true);
    }
}
