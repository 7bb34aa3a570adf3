package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.train.TrainingResult;

/**
 * The results of a run.
 *
 * @param training how training ended
 * @param evaluations in order, the one before training first; empty if none was asked for
 * @param checkpoint the trained checkpoint, if it was saved
 * @param report the report as an HTML page, if the run was recorded
 * @since 0.1.0
 */
public record RunResult(
        TrainingResult training, List<EvaluationReport> evaluations, Optional<Path> checkpoint, Optional<Path> report) {

    public RunResult {
        evaluations = List.copyOf(evaluations);
    }
}
