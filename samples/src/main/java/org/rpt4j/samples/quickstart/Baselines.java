package org.rpt4j.samples.quickstart;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.cli.TrainingDisplay;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.rollout.Grader;
import org.rpt4j.core.rollout.RolloutPhase;
import org.rpt4j.core.task.TaskSource;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.core.train.SupervisedSettings;
import org.rpt4j.core.train.SupervisedTrainer;
import org.rpt4j.run.supervised.ComputeBudget;
import org.rpt4j.run.supervised.CorpusExamples;
import org.rpt4j.run.supervised.OwnThoughts;
import org.rpt4j.run.supervised.SupervisedPlan;

/** Baselines without reinforcement: the same base model, texts and compute. */
final class Baselines {

    private static final int TOKENS_PER_STEP = 1536;
    private static final double LEARNING_RATE = 3e-4;

    private final Experiment experiment;
    private final List<SupervisedExample> text;
    private final PrintWriter err;

    Baselines(Experiment experiment, Tokenizer tokenizer, Path corpus, PrintWriter err) {
        this.experiment = experiment;
        this.err = err;
        this.text = CorpusExamples.of(
                Corpora.open(corpus, Experiment.PROBLEMS_AND_SOLUTIONS),
                tokenizer,
                Experiment.SPLIT,
                experiment.contextLength());
    }

    /** Next-token training on the texts that reinforcement trained on. */
    Exam.Marks nextToken(ComputeBudget budget, Exam exam) {
        try (TrainablePolicy policy = experiment.openPolicy()) {
            train(policy, SupervisedPlan.nextToken(text, budget, Baselines::settings));
            return exam.take("next-token training", policy);
        }
    }

    /**
     * Mixed supervised training: half texts, half the base model's own rollouts that hit. The rollouts predict the
     * tokens of the first {@code steps} reinforcement steps; the budget pays for sampling them.
     */
    Exam.Marks mixed(ComputeBudget budget, PreparedTasks tasks, int steps, Exam exam) {
        try (TrainablePolicy policy = experiment.openPolicy()) {
            TaskSource source = experiment.source(tasks);
            List<PredictionTask> asked = LongStream.range(0, steps)
                    .boxed()
                    .flatMap(step -> source.batch(step, Experiment.TOKENS_PER_STEP).stream())
                    .toList();
            OwnThoughts thoughts = OwnThoughts.sample(
                    new RolloutPhase(policy, experiment.reasoning().prompts()),
                    new Grader(experiment.reasoning().extractor(), experiment.verifier()),
                    asked,
                    experiment.sampling());
            train(policy, SupervisedPlan.mixed(thoughts, text, budget, Baselines::settings));
            return exam.take("mixed supervised", policy);
        }
    }

    private static SupervisedSettings settings(long steps) {
        return SupervisedSettings.of(steps, TOKENS_PER_STEP, LearningRateSchedule.cosine(LEARNING_RATE, steps / 10));
    }

    private void train(TrainablePolicy policy, Optional<SupervisedPlan> affordable) {
        SupervisedPlan plan = affordable.orElseThrow(
                () -> new IllegalArgumentException("Reinforcement spent less than the cost of one baseline step."));
        try (Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER);
                TrainingDisplay display = new TrainingDisplay(err)) {
            SupervisedTrainer.builder()
                    .policy(policy, optimizer)
                    .examples(plan.examples())
                    .settings(plan.settings())
                    .listener(display)
                    .build()
                    .run();
        }
    }
}
