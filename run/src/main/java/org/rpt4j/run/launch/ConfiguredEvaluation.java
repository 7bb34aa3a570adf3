package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Policy;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.Evaluator;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.reward.DeadlineVerifier;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.Contradictions;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;

/**
 * The evaluation of a run on its own: a model on the tasks that the run would hold out.
 *
 * @since 0.1.0
 */
public final class ConfiguredEvaluation {

    private ConfiguredEvaluation() {}

    /**
     * Evaluates {@code model.directory}.
     *
     * @param label what the model is called in the report
     * @throws ConfigurationException if the configuration leaves nothing to evaluate
     * @throws org.rpt4j.api.error.RptException if a part of the evaluation fails
     */
    public static EvaluationReport evaluate(RunConfiguration configuration, String label, RunObserver observer) {
        return evaluate(configuration, label, Optional.empty(), observer);
    }

    /**
     * Evaluates {@code model.directory}. If it is interrupted while the corpus is scored, the next call continues there.
     *
     * @param label what the model is called in the report
     * @param record keeps the scores of the corpus until all are there; empty keeps none
     * @throws ConfigurationException if the configuration leaves nothing to evaluate
     * @throws org.rpt4j.api.error.RptException if a part of the evaluation fails
     */
    public static EvaluationReport evaluate(
            RunConfiguration configuration, String label, Optional<Path> record, RunObserver observer) {
        if (!Contradictions.hasHeldOutTasks(configuration)) {
            throw new ConfigurationException(List.of("There is nothing to evaluate: " + CorpusKeys.HELD_OUT_SHARE
                    + " is " + configuration.get(CorpusKeys.HELD_OUT_SHARE) + ", " + EvaluationKeys.TASKS + " is "
                    + configuration.get(EvaluationKeys.TASKS) + ". Set both above 0."));
        }
        Models.requireBackend(
                configuration,
                CorpusKeys.areScored(configuration)
                        ? new Capability[] {Capability.GENERATE, Capability.SCORE}
                        : new Capability[] {Capability.GENERATE});
        TaskPreparation preparation = new TaskPreparation(configuration, observer);
        return Models.with(configuration, models -> {
            models.reasoning().notes().forEach(observer::noted);
            PreparedTasks tasks = preparation.prepare(
                    models.tokenizer(),
                    models.backend(),
                    models.reasoning().maxContextTokens(),
                    record,
                    Optional.empty());
            List<PredictionTask> sample = tasks.heldOutSample(
                    configuration.get(EvaluationKeys.TASKS), configuration.get(EvaluationKeys.SEED));
            try (Policy policy = models.backend().openPolicy(models.start());
                    DeadlineVerifier verifier = models.openVerifier(policy)) {
                Evaluator evaluator = models.evaluator(policy, verifier);
                return evaluator
                        .run(label, sample, progress -> observer.evaluating(label, progress))
                        .report();
            }
        });
    }
}
