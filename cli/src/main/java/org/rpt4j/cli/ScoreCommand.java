package org.rpt4j.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TokenScores;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.task.RecordedScorer;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.AtomicFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes down how hard every token of a corpus is to predict. */
@Command(
        name = "score",
        description = {
            "Score every token of a corpus: how uncertain is the model about it?",
            "Writes one JSON object per line and scored token; the first token of a document has no score.",
            "The fields of a line are:",
            "  document_id    <file name>#<line or number>, from 1",
            "  position       index of the token in its document, from 0",
            "  token_id       the token that stands there",
            "  entropy        of the top-k next tokens, renormalised, in nats",
            "  top1_id        the token that the model finds most probable there",
            "  true_log_prob  log-probability of the token that stands there, in nats",
            "What an entropy filter would keep is printed to standard error at the end.",
            "What is scored is kept in <out>.record until everything is: a run that was cut off, in whatever way, "
                    + "goes on where it was when the same command is given again."
        })
final class ScoreCommand implements Runnable {

    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    @Mixin
    private ModelChoice model;

    @Mixin
    private CorpusChoice corpus;

    @Mixin
    private BackendChoice backend;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "Where to write; the file appears, or is replaced, when everything is scored.")
    private Path out;

    @Mixin
    private ScoringChoice scoring;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        Corpus documents = corpus.open();
        try (Tokenizer tokenizer = Tokenizer.open(model.directory());
                Backend opened = backend.open();
                ProxyScorer proxy = opened.openProxyScorer(model.source())) {
            PipelineSettings settings = PipelineSettings.builder(TaskSelection.above(0))
                    .scoring(scoring.options())
                    .windowOverlap(scoring.windowOverlap())
                    .maxDocuments(corpus.maxDocuments())
                    .build();
            TaskPipeline pipeline = new TaskPipeline(tokenizer, settings);
            score(pipeline, documents, proxy, err);
        }
    }

    private void score(TaskPipeline pipeline, Corpus documents, ProxyScorer proxy, PrintWriter err) {
        Path record = out.resolveSibling(out.getFileName() + ".record");
        if (Files.exists(record)) {
            err.println("Going on with what is scored in " + record + ".");
        }
        try (RecordedScorer recorded = new RecordedScorer(proxy, WeightFiles.describe(model.directory()), record)) {
            AtomicFiles.replace(out, stream -> err.println(write(pipeline, documents, recorded, stream, err)));
            recorded.finish();
        }
    }

    private static FilterStatistics write(
            TaskPipeline pipeline, Corpus documents, RecordedScorer proxy, OutputStream stream, PrintWriter err)
            throws IOException {
        try (JsonGenerator json = JSON.createGenerator(stream);
                ProgressDisplay progress = new ProgressDisplay("scoring", " tokens", err)) {
            json.setRootValueSeparator(null);
            return pipeline.score(
                    documents, proxy, document -> write(document, json), new ResumedProgress(proxy, progress));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void write(ScoredDocument scored, JsonGenerator json) {
        TokenScores scores = scored.scores();
        try {
            for (int t = 1; t < scores.length(); t++) {
                json.writeStartObject();
                json.writeStringField("document_id", scored.document().id());
                json.writeNumberField("position", t);
                json.writeNumberField("token_id", scored.document().tokens()[t]);
                json.writeNumberField("entropy", scores.entropy()[t]);
                json.writeNumberField("top1_id", scores.argmax()[t]);
                json.writeNumberField("true_log_prob", scores.trueLogProb()[t]);
                json.writeEndObject();
                json.writeRaw('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
