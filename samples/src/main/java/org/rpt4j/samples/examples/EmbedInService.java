package org.rpt4j.samples.examples;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.spi.Backends;
import org.rpt4j.spi.RewardVerifiers;

/**
 * Reinforcement Pre-Training inside a running service: it runs on one of the service's threads and can be cancelled at
 * any time, and what it has learned by then is saved. The library neither starts nor stops threads for this.
 */
public final class EmbedInService {

    private final String backendName;
    private final ModelSource model;
    private final Path corpus;
    private final Path save;
    private final TrainingListener listener;
    private volatile boolean cancelled;
    private volatile @Nullable RptTrainer trainer;

    /** Creates a job that trains a checkpoint on a corpus file and saves the result in a new directory. */
    public EmbedInService(String backendName, Path model, Path corpus, Path save, TrainingListener listener) {
        this.backendName = backendName;
        this.model = ModelSource.directory(model);
        this.corpus = corpus;
        this.save = save;
        this.listener = listener;
    }

    /** Trains for at most a minute: {@code EmbedInService MODEL CORPUS SAVE [BACKEND]}. */
    public static void main(String[] arguments) {
        ExecutorService worker = Executors.newSingleThreadExecutor();
        EmbedInService job = new EmbedInService(
                arguments.length > 3 ? arguments[3] : "djl",
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                Path.of(arguments[2]),
                new TrainingListener() {});
        try {
            CompletableFuture<TrainingResult> result = job.start(worker);
            CompletableFuture.delayedExecutor(1, TimeUnit.MINUTES).execute(job::cancel);
            System.out.println(result.join());
        } finally {
            worker.shutdown();
        }
    }

    /** Starts the job on a thread of the executor, which the caller keeps owning. */
    public CompletableFuture<TrainingResult> start(ExecutorService executor) {
        return CompletableFuture.supplyAsync(this::run, executor);
    }

    /** Ends the job before its next update; the future then completes with the results so far. Thread-safe. */
    public void cancel() {
        cancelled = true;
        RptTrainer running = trainer;
        if (running != null) {
            running.cancel();
        }
    }

    private TrainingResult run() {
        try (Backend backend = Backends.open(backendName);
                Tokenizer tokenizer = Tokenizer.open(model.directory())) {
            Reasoning reasoning = Reasoning.of(model, tokenizer, Instruction.COMPLETE, 64);
            PreparedTasks tasks = prepare(backend, tokenizer, reasoning);
            try (TrainablePolicy policy = backend.openTrainablePolicy(model);
                    Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
                RptTrainer built = RptTrainer.builder()
                        .policy(policy, optimizer)
                        .tasks(tasks.source(1))
                        .prompts(reasoning.prompts())
                        .extractor(reasoning.extractor())
                        .verifier(RewardVerifiers.create("prefix-match"))
                        .settings(RptSettings.PAPER.toBuilder()
                                .sampling(reasoning.sampling(4, 0.8))
                                .promptsPerStep(4)
                                .build())
                        .listener(listener)
                        .build();
                trainer = built;
                if (cancelled) {
                    built.cancel();
                }
                TrainingResult result = built.run();
                policy.save(save);
                return result;
            }
        }
    }

    private PreparedTasks prepare(Backend backend, Tokenizer tokenizer, Reasoning reasoning) {
        TaskSelection hard = TaskSelection.above(0.5).toBuilder()
                .maxContextTokens(reasoning.maxContextTokens())
                .build();
        try (ProxyScorer proxy = backend.openProxyScorer(model)) {
            return new TaskPipeline(tokenizer, PipelineSettings.of(hard)).prepare(Corpora.open(corpus), proxy);
        }
    }
}
