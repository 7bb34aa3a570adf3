package org.rpt4j.core.eval;

import java.util.List;

/**
 * An evaluation with all generated responses.
 *
 * @param report the results
 * @param results the responses of each task, in the order of the report's outcomes
 * @param latency how long it took
 * @since 0.1.0
 */
public record Evaluation(EvaluationReport report, List<TaskResult> results, Latency latency) {

    public Evaluation {
        results = List.copyOf(results);
    }

    /** A copy with policy versions raised by the updates made before the weights were opened, as in a resumed run. */
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
     * evaluation's chunk size, not the latency of a single answer. It is not part of the report, which is reproducible.
     *
     * @param standardSeconds seconds per prediction without a thought
     * @param reasoningSeconds seconds for all samples of a task, including verification
     */
    public record Latency(double standardSeconds, double reasoningSeconds) {}
}
