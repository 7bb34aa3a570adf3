package org.rpt4j.cli;

import java.io.PrintWriter;
import java.util.List;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.EvaluationTable;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.run.launch.RunResult;

/** The output at the end of a run. */
final class RunSummary {

    private RunSummary() {}

    /** Prints the table of before and after, as far as it got, to standard output and the rest to standard error. */
    static void print(RunResult result, PrintWriter out, PrintWriter err) {
        TrainingResult training = result.training();
        err.println(training.updates() + " updates, " + training.emptySteps() + " steps without a group to learn from, "
                + training.numericalSkips() + " skipped because of non-finite numbers"
                + result.checkpoint()
                        .map(directory -> "; saved to " + directory)
                        .orElse(""));
        if (training.updates() == 0 && training.outcome() != TrainingResult.Outcome.CANCELLED) {
            err.println("No update was made: the weights are those that the run started from.");
        }
        result.report().ifPresent(file -> err.println("report: " + file));
        List<EvaluationReport> evaluations = result.evaluations();
        if (!evaluations.isEmpty()) {
            EvaluationReport first = evaluations.get(0);
            out.print(
                    evaluations.size() == 1
                            ? EvaluationTable.of(first)
                            : EvaluationTable.of(first, evaluations.get(evaluations.size() - 1)));
            out.flush();
        }
    }
}
