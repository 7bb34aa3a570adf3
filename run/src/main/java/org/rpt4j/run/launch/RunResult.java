package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.train.TrainingResult;

/**
 * What a run led to.
 *
 * @param training how training ended
 * @param evaluations in the order in which they were made, the one before training first; empty if none was wanted
 * @param checkpoint the trained checkpoint, if it was saved
 * @param report the report as an HTML page, if the run was recorded
 */
public record RunResult(
        TrainingResult training, List<EvaluationReport> evaluations, Optional<Path> checkpoint, Optional<Path> report) {

    public RunResult {
        evaluations = List.copyOf(evaluations);
    }
}
