package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.core.task.RecordedScorer;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.launch.RunObserver;
import org.rpt4j.run.launch.ScoreKeeping;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.tck.reference.ReferenceProxyScorer;

class ScoreCommandTest {

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path corpus;

    @BeforeAll
    static void writeModelAndCorpus() {
        model = TinyCheckpoint.write(folder.resolve("model"));
        corpus = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 3);
    }

    private static Cli score(String backend, Path text, Path out, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("score", "--backend.name", backend, "--threads", 1));
        arguments.addAll(List.of("--model.directory", model, "--files", text, "--text-fields", "story", "--out", out));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private static List<JsonNode> read(Path file) throws IOException {
        ObjectMapper json = new ObjectMapper();
        return Files.readAllLines(file).stream()
                .map(line -> {
                    try {
                        return json.readTree(line);
                    } catch (IOException e) {
                        throw new AssertionError(line, e);
                    }
                })
                .toList();
    }

    @Test
    void everyTokenButTheFirstOfADocumentGetsALineWithItsScores() throws IOException {
        Path out = folder.resolve("new/scores.jsonl");

        Cli scored = score("reference", corpus, out);

        assertThat(scored.err()).contains("3 documents", "entropy > 0.5").contains("scoring");
        assertThat(scored.code()).isZero();
        assertThat(scored.out()).isEmpty();
        List<JsonNode> lines = read(out);
        int line = 0;
        try (Tokenizer tokenizer = Tokenizer.open(model);
                ProxyScorer proxy = new ReferenceProxyScorer(ModelSource.directory(model))) {
            for (int document = 0; document < 3; document++) {
                int[] tokens = tokenizer.encode(TinyCheckpoint.text(document));
                TokenScores expected =
                        proxy.score(List.of(tokens), ScoringOptions.DEFAULTS).get(0);
                for (int t = 1; t < tokens.length; t++, line++) {
                    JsonNode found = lines.get(line);
                    assertThat(found.properties()).hasSize(6);
                    assertThat(found.get("document_id").textValue()).isEqualTo("stories.jsonl#" + (document + 1));
                    assertThat(found.get("position").intValue()).isEqualTo(t);
                    assertThat(found.get("token_id").intValue()).isEqualTo(tokens[t]);
                    assertThat(found.get("entropy").doubleValue()).isEqualTo(expected.entropy()[t]);
                    assertThat(found.get("top1_id").intValue()).isEqualTo(expected.argmax()[t]);
                    assertThat(found.get("true_log_prob").doubleValue()).isEqualTo(expected.trueLogProb()[t]);
                }
            }
        }
        assertThat(lines).hasSize(line);
    }

    @Test
    void topKAndTheNumberOfDocumentsAreTheUsers() throws IOException {
        Path out = folder.resolve("top4.jsonl");

        assertThat(score("reference", corpus, out, "--top-k", 4, "--max-documents", 2)
                        .err())
                .contains("2 documents");

        List<JsonNode> lines = read(out);
        assertThat(lines)
                .extracting(line -> line.get("document_id").textValue())
                .doesNotContain("stories.jsonl#3");
        assertThat(lines)
                .allSatisfy(
                        line -> assertThat(line.get("entropy").doubleValue()).isBetween(1.2, Math.log(4)));
    }

    @Test
    void longDocumentsAreScoredInOverlappingWindows() throws IOException {
        Path book = folder.resolve("book.txt");
        Files.writeString(book, (TinyCheckpoint.text(0) + " " + TinyCheckpoint.text(1) + " ").repeat(3));
        Path wide = folder.resolve("wide.jsonl");
        Path narrow = folder.resolve("narrow.jsonl");

        assertThat(score("reference", book, wide, "--window-overlap", 200).code())
                .isZero();
        assertThat(score("reference", book, narrow, "--window-overlap", 10).code())
                .isZero();

        List<JsonNode> wideLines = read(wide);
        List<JsonNode> narrowLines = read(narrow);
        assertThat(wideLines).hasSameSizeAs(narrowLines).hasSizeGreaterThan(TinyCheckpoint.CONTEXT);
        // The first window is the same; the token after it has 200 tokens before it in one run and 10 in the other.
        double wideEntropy =
                wideLines.get(TinyCheckpoint.CONTEXT - 1).get("entropy").doubleValue();
        double narrowEntropy =
                narrowLines.get(TinyCheckpoint.CONTEXT - 1).get("entropy").doubleValue();
        assertThat(wideLines.get(0)).isEqualTo(narrowLines.get(0));
        assertThat(wideEntropy).isNotEqualTo(narrowEntropy);
    }

    @ParameterizedTest
    @CsvSource({"reference, djl, 1", "reference, onnx, 1", "djl, onnx, 3"})
    void backendsAgree(String one, String other, int documents) throws IOException {
        Path expectedFile = folder.resolve(one + "-" + other + "-1.jsonl");
        Path foundFile = folder.resolve(one + "-" + other + "-2.jsonl");

        assertThat(score(one, corpus, expectedFile, "--max-documents", documents)
                        .code())
                .isZero();
        assertThat(score(other, corpus, foundFile, "--max-documents", documents).code())
                .isZero();

        List<JsonNode> expected = read(expectedFile);
        List<JsonNode> found = read(foundFile);
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            for (String field : List.of("entropy", "true_log_prob")) {
                assertThat(found.get(i).get(field).doubleValue())
                        .isCloseTo(expected.get(i).get(field).doubleValue(), within(1e-4));
            }
        }
    }

    @Test
    void aRunThatWasCutOffGoesOnWhereItWas() throws IOException {
        Path own = Files.createDirectories(folder.resolve("resumed"));
        Path whole = own.resolve("whole.jsonl");
        Path out = own.resolve("scores.jsonl");
        Path record = own.resolve("scores.jsonl.record");
        assertThat(score("reference", corpus, whole).code()).isZero();

        Thread.currentThread().interrupt();
        assertThat(score("reference", corpus, out).code()).isEqualTo(1);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(own).isDirectoryContaining(file -> file.equals(whole)).isDirectoryNotContaining("glob:**scores*");

        recordFirstDocument(record);
        long recorded = Files.size(record);
        Cli resumed = score("reference", corpus, out);

        assertThat(recorded).isGreaterThan(1000);
        assertThat(resumed.code()).isZero();
        assertThat(resumed.err()).contains("Continuing from " + record);
        assertThat(out).hasSameTextualContentAs(whole);
        assertThat(record).doesNotExist();
    }

    private static RunConfiguration configuration() {
        return RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, model)
                .set(BackendKeys.NAME, "reference")
                .set(CorpusKeys.FILES, List.of(corpus.toString()))
                .build();
    }

    /** What a run leaves that was killed after the first document. */
    private static void recordFirstDocument(Path record) {
        try (Tokenizer tokenizer = Tokenizer.open(model);
                ProxyScorer proxy = new ReferenceProxyScorer(ModelSource.directory(model));
                RecordedScorer recorded = ScoreKeeping.open(
                        configuration(), proxy, ModelSource.directory(model), record, RunObserver.NONE)) {
            recorded.score(List.of(tokenizer.encode(TinyCheckpoint.text(0))), ScoringOptions.DEFAULTS);
        }
    }

    @Test
    void aRecordOfAnotherModelIsRefused() throws IOException {
        Path own = Files.createDirectories(folder.resolve("other"));
        Path out = own.resolve("scores.jsonl");
        recordFirstDocument(own.resolve("scores.jsonl.record"));

        Cli refused = score("reference", corpus, out, "--top-k", 4);

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("belongs to another scoring", "Delete it to start over");
        assertThat(out).doesNotExist();
    }

    @Test
    void anExistingFileIsReplacedOnlyIfAsked() throws IOException {
        Path own = Files.createDirectories(folder.resolve("kept"));
        Path out = Files.writeString(own.resolve("scores.jsonl"), "old");

        Cli refused = score("reference", corpus, out);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains(out + " exists", "--out", "--overwrite")
                .doesNotContain("scoring");
        assertThat(out).hasContent("old");

        assertThat(score("reference", corpus, out, "--overwrite").code()).isZero();
        assertThat(read(out)).isNotEmpty();
    }

    @Test
    void aFailedRunLeavesTheOldFileAndNothingElse() throws IOException {
        Path own = Files.createDirectories(folder.resolve("own"));
        Path out = Files.writeString(own.resolve("scores.jsonl"), "old");
        Path broken = Files.writeString(folder.resolve("broken.jsonl"), "{\"story\": \"fine\"}\n{\"story\":\n");

        Cli failed = score("reference", broken, out, "--overwrite");

        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).contains("broken.jsonl", "line 2");
        assertThat(out).hasContent("old");
        assertThat(own).isDirectoryNotContaining(file -> !file.equals(out));
    }
}
