package org.rpt4j.run.directory;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.eval.EvaluationReport;

/**
 * One line of {@code evaluations.jsonl}.
 *
 * @param step steps of training before it
 * @param flops compute of the training before it, see {@link org.rpt4j.core.train.ComputeCost}
 * @param report what was found
 * @param latency how long it took
 * @param patterns share of responses with a phrase of each group, see {@link ReasoningPatterns}
 * @since 0.1.0
 */
public record EvaluationRecord(
        long step, double flops, EvaluationReport report, Evaluation.Latency latency, Map<String, Double> patterns) {

    public EvaluationRecord {
        patterns = Collections.unmodifiableMap(new LinkedHashMap<>(patterns));
    }
}
