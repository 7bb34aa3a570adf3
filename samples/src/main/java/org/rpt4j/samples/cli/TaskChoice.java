package org.rpt4j.samples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.tokenize.Tokenizer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which positions of a corpus become tasks. */
final class TaskChoice {

    @Mixin
    private CorpusChoice corpus;

    @Option(
            names = "--proxy",
            paramLabel = "DIR",
            description = "Checkpoint that finds the hard tokens; same vocabulary (default: the model itself).")
    private @Nullable Path proxy;

    @Option(
            names = "--min-entropy",
            paramLabel = "NATS",
            defaultValue = "0.5",
            description = "Least entropy of a hard token (default: ${DEFAULT-VALUE}).")
    private double minEntropy;

    @Option(
            names = "--min-context",
            paramLabel = "N",
            defaultValue = "15",
            description = "Least tokens before a hard token (default: ${DEFAULT-VALUE}).")
    private int minContext;

    @Option(
            names = "--positions-per-document",
            paramLabel = "N",
            defaultValue = "64",
            description = "Most hard tokens of one document (default: ${DEFAULT-VALUE}).")
    private int positions;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Chooses positions, held-out documents and samples (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private ScoringChoice scoring;

    long seed() {
        return seed;
    }

    Corpus openCorpus() {
        return corpus.open();
    }

    /** Scores the corpus and keeps its hard tokens, with a report to {@code err}. */
    PreparedTasks prepare(
            Corpus documents,
            ModelChoice model,
            Tokenizer tokenizer,
            Backend backend,
            double heldOut,
            int maxContextTokens,
            PrintWriter err) {
        TaskSelection selection = TaskSelection.above(minEntropy)
                .withMinContextTokens(minContext)
                .withMaxPositionsPerDocument(positions)
                .withMaxContextTokens(maxContextTokens)
                .withSeed(seed);
        TaskPipeline pipeline = new TaskPipeline(
                tokenizer,
                PipelineSettings.of(selection)
                        .withScoring(scoring.options())
                        .withWindowOverlap(scoring.windowOverlap())
                        .withSplit(new DocumentSplit(heldOut, seed))
                        .withMaxDocuments(corpus.maxDocuments()));
        PreparedTasks tasks;
        try (ProxyScorer scorer = backend.openProxyScorer(proxySource(model, pipeline));
                ProgressDisplay progress = new ProgressDisplay("scoring", " tokens", err)) {
            tasks = pipeline.prepare(documents, scorer, progress);
        }
        err.println(tasks.statistics());
        err.println(tasks.train().size() + " tasks to train on, " + tasks.heldOut().size() + " held out");
        return tasks;
    }

    private ModelSource proxySource(ModelChoice model, TaskPipeline pipeline) {
        if (proxy == null) {
            return model.source();
        }
        try (Tokenizer itsTokenizer = Tokenizer.open(proxy)) {
            pipeline.requireSameVocabulary(itsTokenizer);
        }
        return ModelSource.directory(proxy);
    }
}
