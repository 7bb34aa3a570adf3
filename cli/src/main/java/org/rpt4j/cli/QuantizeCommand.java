package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TokenScores;
import org.rpt4j.backend.onnx.export.OnnxQuantizer;
import org.rpt4j.backend.onnx.export.ScoreComparison;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.spi.Backends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes an exported model with 8-bit weights and says what that changes. */
@Command(
        name = "quantize",
        description = {
            "Write a model from 'rpt4j export' with 8-bit weights: smaller, and faster on a CPU.",
            "Then score a corpus with both models and print how far the entropies differ, and how many tokens change the"
                    + " side of a threshold. The exact scores are held in memory: a few hundred documents are enough."
        },
        footer = {
            "",
            "Example:",
            "  rpt4j quantize --model exported/model.onnx --files corpus.jsonl \\",
            "      --max-documents 200 --out int8"
        })
final class QuantizeCommand implements Runnable, ConfiguredCommand {

    private static final String BACKEND = "onnx";
    private static final List<Double> THRESHOLDS = List.of(0.5, 1.0, 1.5);

    @Mixin
    private ConfigurationChoice choice;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            required = true,
            description = "The exported graph, such as exported/model.onnx, with config.json and tokenizer beside it.")
    private Path model;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description =
                    "Where to write: a directory, which gets model.onnx, or the graph itself, such as int8/model.onnx."
                            + " Nothing is overwritten.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public List<Key<?>> keys() {
        return CommandKeys.all(List.of(BackendKeys.THREADS), CommandKeys.TEXT, CommandKeys.SCORING);
    }

    @Override
    public List<Key<?>> required() {
        return List.of(CorpusKeys.FILES);
    }

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        RunConfiguration configuration = choice.configuration();
        Corpus documents = Corpora.open(configuration.get(CorpusKeys.FILES), configuration.corpus());
        Path graph = GraphFile.of(out);
        OnnxQuantizer.quantize(model, graph);
        err.println(GraphFile.written(graph));
        ScoreComparison comparison = new ScoreComparison(THRESHOLDS);
        BackendOptions options = BackendOptions.DEFAULTS.toBuilder()
                .threads(configuration.get(BackendKeys.THREADS))
                .build();
        try (Tokenizer tokenizer = Tokenizer.open(model);
                Backend backend = Backends.open(BACKEND, options)) {
            TaskPipeline pipeline = new TaskPipeline(tokenizer, CommandKeys.scoringOnly(configuration));
            List<TokenScores> exact = new ArrayList<>();
            score("exact", pipeline, documents, backend, model, document -> exact.add(document.scores()));
            Iterator<TokenScores> next = exact.iterator();
            score("8-bit", pipeline, documents, backend, graph, scored -> comparison.add(next.next(), scored.scores()));
        }
        spec.commandLine().getOut().println(comparison);
        spec.commandLine().getOut().flush();
    }

    private void score(
            String name,
            TaskPipeline pipeline,
            Corpus documents,
            Backend backend,
            Path file,
            Consumer<ScoredDocument> sink) {
        try (ProxyScorer proxy = backend.openProxyScorer(ModelSource.directory(file));
                ProgressDisplay progress =
                        new ProgressDisplay(name, " tokens", spec.commandLine().getErr())) {
            pipeline.score(documents, proxy, sink, progress);
        }
    }
}
