package org.rpt4j.samples.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.core.eval.EvaluationTable;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.GradedGroup;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.samples.base.BuildBaseModel;
import org.rpt4j.samples.cli.Examiner;
import org.rpt4j.samples.cli.ProgressDisplay;
import org.rpt4j.samples.cli.TrainingDisplay;
import org.rpt4j.spi.Backends;
import org.rpt4j.spi.RewardVerifiers;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The whole algorithm on the shipped model and corpus: filter, evaluate, train, evaluate again. The model filters its own
 * corpus; a larger policy would use a smaller proxy.
 */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        description = "Reinforcement Pre-Training of a small shipped model on a small shipped corpus.")
public final class Quickstart implements Callable<Integer> {

    private static final int LONGEST_THOUGHT = 64;
    private static final int THOUGHTS = 64;
    private static final long SEED = 17;

    @Option(names = "--backend", defaultValue = "djl", description = "Backend that trains (default: ${DEFAULT-VALUE}).")
    private String backendName;

    @Option(names = "--threads", defaultValue = "0", description = "CPU threads; 0 leaves the choice to the engine.")
    private int threads;

    @Option(names = "--steps", defaultValue = "60", description = "Updates (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--tasks",
            defaultValue = "500",
            description = "Held-out tokens to evaluate before and after (default: ${DEFAULT-VALUE}).")
    private int tasks;

    @Option(
            names = "--output",
            defaultValue = "target/quickstart",
            description = "Directory for the model and the reports (default: ${DEFAULT-VALUE}).")
    private Path output;

    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    private final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);

    private Quickstart() {}

    /** Runs the quickstart and exits with 0 if it came to its end. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Quickstart()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(output);
        ShippedFiles files = ShippedFiles.unpack(output);
        ModelSource model = ModelSource.directory(files.model());
        RewardVerifier verifier = RewardVerifiers.create("prefix-match");
        try (Tokenizer tokenizer = Tokenizer.open(files.model());
                Backend backend = Backends.open(backendName, BackendOptions.DEFAULTS.withThreads(threads))) {
            Reasoning reasoning = Reasoning.of(model, tokenizer, BuildBaseModel.INSTRUCTION, LONGEST_THOUGHT);
            PreparedTasks prepared = findHardTokens(files, model, tokenizer, reasoning, backend);
            List<PredictionTask> heldOut = prepared.heldOutSample(tasks, SEED);
            Examiner examiner = new Examiner(
                    reasoning,
                    verifier,
                    new EvaluationSettings(reasoning.sampling(1, 0), List.of(), 128),
                    heldOut,
                    err);
            try (TrainablePolicy policy = backend.openTrainablePolicy(model)) {
                out.printf("%n2. Before: %s, %,d parameters%n", policy.description().architecture(),
                        policy.description().parameterCount());
                EvaluationReport before = examiner.examine("before", policy);
                ThoughtComparison comparison = new ThoughtComparison(
                        heldOut.subList(0, Math.min(THOUGHTS, heldOut.size())), reasoning, verifier);
                List<GradedGroup> thoughtsBefore = comparison.think(policy);
                out.printf("%n3. Reinforcement: %d updates of 16 tokens, 8 thoughts each%n", steps);
                train(policy, prepared, reasoning, verifier);
                out.printf("%n4. After%n");
                EvaluationReport after = examiner.examine("after", policy);
                Path trained = output.resolve("trained-model");
                policy.save(trained);
                out.println();
                out.println(ThoughtComparison.describe(thoughtsBefore, comparison.think(policy), tokenizer));
                out.println(EvaluationTable.of(before, after));
                Files.writeString(output.resolve("before.json"), before.toJson());
                Files.writeString(output.resolve("after.json"), after.toJson());
                out.printf("The trained model is in %s, the reports are beside it.%n", trained);
            }
        }
        return 0;
    }

    private PreparedTasks findHardTokens(
            ShippedFiles files, ModelSource model, Tokenizer tokenizer, Reasoning reasoning, Backend backend) {
        out.printf("1. Filter: which tokens of the corpus are hard to predict? (backend %s)%n", backend.name());
        TaskSelection selection = TaskSelection.above(0.5)
                .withMaxContextTokens(reasoning.maxContextTokens())
                .withSeed(SEED);
        TaskPipeline pipeline = new TaskPipeline(
                tokenizer, PipelineSettings.of(selection).withSplit(new DocumentSplit(0.2, SEED)));
        try (ProxyScorer proxy = backend.openProxyScorer(model);
                ProgressDisplay progress = new ProgressDisplay("scoring", " tokens", err)) {
            PreparedTasks prepared =
                    pipeline.prepare(Corpora.open(files.corpus(), CorpusOptions.DEFAULTS), proxy, progress);
            out.println(prepared.statistics());
            return prepared;
        }
    }

    private void train(
            TrainablePolicy policy, PreparedTasks prepared, Reasoning reasoning, RewardVerifier verifier) {
        OptimizerOptions adamw =
                OptimizerOptions.PAPER.withLearningRate(2e-4).withWarmupSteps(5);
        try (Optimizer optimizer = policy.openOptimizer(adamw);
                TrainingDisplay display = new TrainingDisplay(err)) {
            RptTrainer.builder()
                    .policy(policy, optimizer)
                    .tasks(prepared.source(SEED))
                    .prompts(reasoning.prompts())
                    .extractor(reasoning.extractor())
                    .verifier(verifier)
                    .settings(RptSettings.PAPER
                            .withSteps(steps)
                            .withPromptsPerStep(16)
                            .withSampling(reasoning.sampling(8, 0.8).withKey(SEED, 0)))
                    .listener(display)
                    .build()
                    .run();
        }
    }
}
