package org.rpt4j.core.train;

/**
 * How the metric of a run stands.
 *
 * @param bestStep the step after which it was best; -1 if it never was a number
 * @param best its value then; NaN if there is none
 * @param withoutImprovement measurements since then
 */
public record ValidationState(long bestStep, double best, int withoutImprovement) {

    /** Nothing was measured. */
    public static final ValidationState NONE = new ValidationState(-1, Double.NaN, 0);
}
