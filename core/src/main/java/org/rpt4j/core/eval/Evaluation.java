package org.rpt4j.core.eval;

import java.util.List;

/**
 * An evaluation with everything that was generated in it.
 *
 * @param report what was found
 * @param results the responses of each task, in the order of the report's outcomes
 * @param latency how long it took
 */
public record Evaluation(EvaluationReport report, List<TaskResult> results, Latency latency) {

    public Evaluation {
        results = List.copyOf(results);
    }

    /** The same, for weights that had so many updates before they were opened: the versions of a resumed run. */
    public Evaluation withUpdatesBefore(long updates) {
        EvaluationReport moved = new EvaluationReport(
                report.label(),
                report.policyVersion() + updates,
                report.sampling(),
                report.splits(),
                report.outcomes());
        return new Evaluation(moved, results, latency);
    }

    /**
     * Wall-clock time per task. Tasks are computed in batches, so this is the inverse of the throughput at the
     * evaluation's chunk size, not the wait for a single answer. It is not part of the report, which is the same
     * whenever it is made.
     *
     * @param standardSeconds of a prediction without a thought
     * @param reasoningSeconds of all the samples of a task, verification included
     */
    public record Latency(double standardSeconds, double reasoningSeconds) {}
}
