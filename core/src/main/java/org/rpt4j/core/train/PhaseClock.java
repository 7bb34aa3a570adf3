package org.rpt4j.core.train;

/** Adds up the wall-clock time of the phases of a step, some of which may come several times. */
final class PhaseClock {

    private final Stopwatch watch = new Stopwatch();
    private double sampling;
    private double grading;

    /** What passed since the last call was sampling. */
    void sampled() {
        sampling += watch.lap();
    }

    /** What passed since the last call was grading. */
    void graded() {
        grading += watch.lap();
    }

    /** The phases so far; what passed since the last call was learning. */
    PhaseSeconds seconds() {
        return new PhaseSeconds(sampling, grading, watch.lap());
    }
}
