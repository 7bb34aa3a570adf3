package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.config.section.CorpusKeys;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say where tasks come from: a corpus that is filtered now, or a dataset that was filtered before. */
final class TaskChoice {

    /** One of two. */
    static final class Source {

        @Option(names = "--corpus", paramLabel = "FILE", required = true, description = CorpusChoice.DESCRIPTION)
        private @Nullable List<String> corpus;

        @Option(
                names = "--dataset",
                paramLabel = "FILE",
                required = true,
                description = "Hard tokens that the command dataset found; the options of reading, scoring and "
                        + "selecting do not apply.")
        private @Nullable Path dataset;
    }

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Mixin
    private TextChoice text;

    @Mixin
    private FilterChoice filter;

    /** Tasks that are not there yet: the files are known to exist. */
    @FunctionalInterface
    interface Tasks {
        PreparedTasks prepare(
                ModelChoice model,
                Tokenizer tokenizer,
                Backend backend,
                double heldOut,
                int maxContextTokens,
                PrintWriter err);
    }

    void configure(CommandSettings settings) {
        settings.set("--corpus", CorpusKeys.FILES, source.corpus);
        settings.set("--dataset", CorpusKeys.DATASET, source.dataset);
        text.configure(settings);
        filter.configure(settings);
    }

    long seed() {
        return filter.seed();
    }

    /** Looks for the files, so that a wrong path is told before a model is opened. */
    Tasks open() {
        if (source.dataset != null) {
            TaskDataset dataset = TaskDataset.open(source.dataset);
            return (model, tokenizer, backend, heldOut, maxContextTokens, err) -> report(
                    PreparedTasks.read(dataset, tokenizer, new DocumentSplit(heldOut, seed()), maxContextTokens), err);
        }
        Corpus corpus = text.open(source.corpus == null ? List.of() : source.corpus);
        return (model, tokenizer, backend, heldOut, maxContextTokens, err) -> {
            PipelineSettings settings = filter.settings(text.maxDocuments(), maxContextTokens).toBuilder()
                    .split(new DocumentSplit(heldOut, seed()))
                    .build();
            return filter.run(model, tokenizer, backend, settings, (pipeline, proxy, proxySource) -> {
                try (ProgressDisplay progress = new ProgressDisplay("scoring", " tokens", err)) {
                    return report(pipeline.prepare(corpus, proxy, progress), err);
                }
            });
        };
    }

    private static PreparedTasks report(PreparedTasks tasks, PrintWriter err) {
        err.println(tasks.corpus());
        err.println(tasks.statistics());
        err.println(
                tasks.train().size() + " tasks to train on, " + tasks.heldOut().size() + " held out");
        return tasks;
    }
}
