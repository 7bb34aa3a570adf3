package org.rpt4j.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TokenScores;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.task.RecordedScorer;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.launch.ScoreKeeping;
import org.rpt4j.spi.Backends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Writes down how hard every token of a corpus is to predict. */
@Command(
        name = "score",
        description = {
            "Score every token of a corpus: how uncertain is the model about it?",
            "Writes one line of JSON per scored token; the first token of a document has no score. The fields:",
            "  document_id    <file name>#<line or number>, from 1",
            "  position       index of the token in its document, from 0",
            "  token_id       the token at that position",
            "  entropy        of the top-k next tokens, in nats",
            "  top1_id        the most probable token at that position",
            "  true_log_prob  log-probability of the token at that position, in nats",
            "At the end, standard error shows how many tokens an entropy filter would keep.",
            "Until everything is scored, <out>.record keeps what is done: after any interruption, the same command"
                    + " continues there."
        },
        footer = {"", "Example:", "  rpt4j score --model.directory MODEL --files corpus.jsonl --out scores.jsonl"})
final class ScoreCommand implements Runnable, ConfiguredCommand {

    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    @Mixin
    private ConfigurationChoice choice;

    @Mixin
    private ResultFile result;

    @Spec
    private CommandSpec spec;

    @Override
    public List<Key<?>> keys() {
        return CommandKeys.all(
                List.of(ModelKeys.DIRECTORY, ModelKeys.ADAPTER, ModelKeys.ACCEPT_CONFIG),
                CommandKeys.BACKEND,
                CommandKeys.TEXT,
                CommandKeys.SCORING);
    }

    @Override
    public List<Key<?>> required() {
        return List.of(CorpusKeys.FILES);
    }

    @Override
    public void run() {
        RunConfiguration configuration = choice.configuration();
        Path out = result.requireWritable();
        ModelSource model = configuration.model(ModelKeys.DIRECTORY);
        Corpus documents = Corpora.open(configuration.get(CorpusKeys.FILES), configuration.corpus());
        try (Tokenizer tokenizer = Tokenizer.open(model.directory());
                Backend backend = Backends.open(configuration.get(BackendKeys.NAME), configuration.backend());
                ProxyScorer proxy = backend.openProxyScorer(model)) {
            TaskPipeline pipeline = new TaskPipeline(tokenizer, CommandKeys.scoringOnly(configuration));
            score(configuration, pipeline, documents, proxy, model, out);
        }
    }

    private void score(
            RunConfiguration configuration,
            TaskPipeline pipeline,
            Corpus documents,
            ProxyScorer proxy,
            ModelSource model,
            Path out) {
        PrintWriter err = spec.commandLine().getErr();
        try (RunDisplay display = new RunDisplay(err);
                RecordedScorer recorded =
                        ScoreKeeping.open(configuration, proxy, model, ScoreKeeping.beside(out), display)) {
            AtomicFiles.replace(out, stream -> err.println(write(pipeline, documents, recorded, stream, display)));
            recorded.finish();
        }
    }

    private static FilterStatistics write(
            TaskPipeline pipeline, Corpus documents, RecordedScorer proxy, OutputStream stream, RunDisplay display)
            throws IOException {
        try (JsonGenerator json = JSON.createGenerator(stream)) {
            json.setRootValueSeparator(null);
            return pipeline.score(
                    documents, proxy, document -> write(document, json), proxy.withoutReplay(display::scoring));
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
