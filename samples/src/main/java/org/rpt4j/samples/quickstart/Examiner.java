package org.rpt4j.samples.quickstart;

import java.io.PrintWriter;
import java.util.List;
import org.rpt4j.api.Policy;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.cli.ProgressDisplay;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.core.eval.Evaluator;
import org.rpt4j.core.pipeline.Reasoning;

/**
 * Evaluates a policy on held-out tasks, as often as asked, with a bar.
 *
 * @param tasks what is asked each time
 * @param err where progress goes
 */
public record Examiner(
        Reasoning reasoning,
        RewardVerifier verifier,
        EvaluationSettings settings,
        List<PredictionTask> tasks,
        PrintWriter err) {

    public EvaluationReport examine(String label, Policy policy) {
        return run(label, policy).report();
    }

    /** As {@link #examine}, with the responses. */
    public Evaluation run(String label, Policy policy) {
        Evaluator evaluator = new Evaluator(
                policy, reasoning.prompts(), reasoning.beginOfText(), reasoning.extractor(), verifier, settings);
        try (ProgressDisplay progress = new ProgressDisplay("evaluating " + label, " tasks", err)) {
            return evaluator.run(label, tasks, progress);
        }
    }
}
