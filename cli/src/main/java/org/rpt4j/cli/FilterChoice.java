package org.rpt4j.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.config.section.ModelKeys;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how hard tokens are found: by which proxy, in which windows, by which rule. */
final class FilterChoice {

    @Option(
            names = "--proxy",
            paramLabel = "DIR",
            description = "Checkpoint that finds the hard tokens (default: the model itself). If it has another "
                    + "vocabulary, its scores are carried over where its tokens begin at the same byte.")
    private @Nullable Path proxy;

    @Mixin
    private SelectionChoice selection;

    @Mixin
    private ScoringChoice scoring;

    /** Something to do with an open proxy. */
    @FunctionalInterface
    interface Filtering<R> {
        R run(TaskPipeline pipeline, ProxyScorer proxy, ModelSource source);
    }

    void configure(CommandSettings settings) {
        settings.set("--proxy", ModelKeys.PROXY, proxy);
        selection.configure(settings);
        scoring.configure(settings);
    }

    long seed() {
        return selection.seed();
    }

    /** Settings without a split, for all documents. */
    PipelineSettings settings(int maxDocuments, int maxContextTokens) {
        return PipelineSettings.builder(selection.selection().toBuilder()
                        .maxContextTokens(maxContextTokens)
                        .build())
                .scoring(scoring.options())
                .windowOverlap(scoring.windowOverlap())
                .maxDocuments(maxDocuments)
                .build();
    }

    /** Opens the proxy for as long as the filtering takes. */
    <R> R run(ModelChoice model, Tokenizer tokenizer, Backend backend, PipelineSettings settings, Filtering<R> work) {
        TaskPipeline pipeline = new TaskPipeline(tokenizer, settings);
        ModelSource source = proxy == null ? model.source() : ModelSource.directory(proxy);
        try (Tokenizer proxyTokenizer = proxy == null ? null : Tokenizer.open(proxy);
                ProxyScorer scorer = backend.openProxyScorer(source)) {
            return work.run(
                    proxyTokenizer == null ? pipeline : pipeline.withProxyTokenizer(proxyTokenizer), scorer, source);
        }
    }
}
