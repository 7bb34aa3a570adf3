package org.rpt4j.samples.quickstart;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.task.TaskSource;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.RptTrainerBuilder;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.samples.base.BuildBaseModel;
import org.rpt4j.spi.RewardVerifiers;

/** The settings of the quickstart and the two steps that use them: finding hard tokens, and training on them. */
final class Experiment {

    static final int TOKENS_PER_STEP = 16;
    static final int GROUP_SIZE = 8;
    static final long SEED = 17;

    /** Solutions are predicted, the problems before them are context. */
    static final CorpusOptions PROBLEMS_AND_SOLUTIONS = CorpusOptions.DEFAULTS.toBuilder()
            .textFields("problem", "solution")
            .fieldSeparator(" ")
            .targetFields(CorpusOptions.TargetFields.LAST)
            .build();

    static final DocumentSplit SPLIT = new DocumentSplit(0.25, SEED);

    private static final int LONGEST_THOUGHT = 64;
    private static final double LEARNING_RATE = 2e-4;

    private final Backend backend;
    private final ModelSource model;
    private final Tokenizer tokenizer;
    private final Reasoning reasoning;
    private final RewardVerifier verifier = RewardVerifiers.create("prefix-match");

    private final long seed;

    /**
     * @param seed chooses the order of the tasks and the draws of sampling; the split and the filter stay the same
     */
    Experiment(Backend backend, ModelSource model, Tokenizer tokenizer, long seed) {
        this.seed = seed;
        this.backend = backend;
        this.model = model;
        this.tokenizer = tokenizer;
        this.reasoning = Reasoning.of(model, tokenizer, BuildBaseModel.INSTRUCTION, LONGEST_THOUGHT);
    }

    /** Opens the base model for training. */
    TrainablePolicy openPolicy() {
        return backend.openTrainablePolicy(model);
    }

    Reasoning reasoning() {
        return reasoning;
    }

    RewardVerifier verifier() {
        return verifier;
    }

    /** Returns how rollouts are sampled in training. */
    SamplingOptions sampling() {
        return reasoning.sampling(GROUP_SIZE, 0.8).toBuilder()
                .seed(seed)
                .step(0)
                .build();
    }

    /** The tasks in the order of training. */
    TaskSource source(PreparedTasks tasks) {
        return tasks.source(seed);
    }

    int contextLength() {
        return ModelConfigReader.read(model.directory()).contextLength();
    }

    /** Scores a corpus with the model itself as the proxy and groups the hard tokens by document. */
    PreparedTasks findHardTokens(Path corpus, Consumer<Progress> progress) {
        TaskSelection selection = TaskSelection.above(0.5).toBuilder()
                .maxContextTokens(reasoning.maxContextTokens())
                .seed(SEED)
                .build();
        TaskPipeline pipeline = new TaskPipeline(
                tokenizer, PipelineSettings.builder(selection).split(SPLIT).build());
        try (ProxyScorer proxy = backend.openProxyScorer(model)) {
            return pipeline.prepare(Corpora.open(corpus, PROBLEMS_AND_SOLUTIONS), proxy, progress);
        }
    }

    /** Runs reinforcement on the training side of the split. */
    void train(TrainablePolicy policy, PreparedTasks tasks, int steps, TrainingListener... listeners) {
        OptimizerOptions adamw = OptimizerOptions.PAPER.toBuilder()
                .learningRate(LEARNING_RATE)
                .warmupSteps(5)
                .build();
        try (Optimizer optimizer = policy.openOptimizer(adamw)) {
            RptTrainerBuilder trainer = RptTrainer.builder()
                    .policy(policy, optimizer)
                    .tasks(source(tasks))
                    .prompts(reasoning.prompts())
                    .extractor(reasoning.extractor())
                    .verifier(verifier)
                    .settings(RptSettings.PAPER.toBuilder()
                            .steps(steps)
                            .promptsPerStep(TOKENS_PER_STEP)
                            .sampling(sampling())
                            .build());
            List.of(listeners).forEach(trainer::listener);
            trainer.build().run();
        }
    }
}
