package org.rpt4j.samples.quickstart;

import java.util.List;
import org.rpt4j.api.Policy;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.EvaluationTable;

/**
 * The evaluation of every model in the quickstart: the same held-out hard tokens, and those among them that can be
 * inferred from the text before them.
 *
 * @param examiner asks for hard tokens of any kind
 * @param inferable knows which of them can be inferred
 */
record Exam(Examiner examiner, Inferable inferable) {

    /** The results of a model. */
    record Marks(Evaluation all, EvaluationReport inferable) {}

    Marks take(String label, Policy policy) {
        Evaluation all = examiner.run(label, policy);
        return new Marks(all, all.report().among(outcome -> inferable.has(outcome.document(), outcome.position())));
    }

    /** Both tables, one column per model. */
    static String tables(List<Marks> marks) {
        return String.format(
                "All held-out hard tokens:%n%s%nThose of them that can be inferred from the text before them:%n%s",
                EvaluationTable.of(marks.stream().map(m -> m.all().report()).toList()),
                EvaluationTable.of(marks.stream().map(Marks::inferable).toList()));
    }
}
