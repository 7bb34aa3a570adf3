package org.rpt4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelSource;
import org.rpt4j.core.dataset.DatasetHeader;
import org.rpt4j.core.dataset.ModelFingerprint;
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.run.tiny.TinyCheckpoint;

class DatasetCommandTest {

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path corpus;
    private static Path instruction;

    @BeforeAll
    static void writeModelAndCorpus() throws IOException {
        model = TinyCheckpoint.write(folder.resolve("model"));
        corpus = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 6);
        instruction = Files.writeString(folder.resolve("next.txt"), "Which token comes next? {context}");
    }

    private static Cli dataset(Path out, Object text, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("dataset", "--backend.name", "reference", "--threads", 1));
        arguments.addAll(List.of("--model.directory", model, "--files", text, "--text-fields", "story", "--out", out));
        arguments.addAll(List.of("--positions-per-document", 3, "--run.seed", 3));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private static Cli evaluate(Object... source) {
        List<Object> arguments = new ArrayList<>(List.of("evaluate", "--backend.name", "reference", "--threads", 1));
        arguments.addAll(
                List.of("--model.directory", model, "--max-tokens", 4, "--run.seed", 3, "--reward.name", "coin"));
        arguments.addAll(List.of("--instruction", instruction, "--held-out-share", 0.5));
        arguments.addAll(List.of(source));
        return Cli.run(arguments.toArray());
    }

    @Test
    void aDatasetIsAsGoodAsItsCorpus() {
        Path out = folder.resolve("tasks.jsonl");

        Cli written = dataset(out, corpus);

        assertThat(written.err()).contains("6 documents, sha256:", "entropy > 0.5", "18 tasks in " + out);
        assertThat(written.code()).isZero();
        DatasetHeader header = TaskDataset.open(out).header();
        assertThat(header.proxy()).isEqualTo(ModelFingerprint.of(ModelSource.directory(model)));
        assertThat(header.settings()).containsEntry("selector", "min-entropy 0.5 nats");
        Cli direct = evaluate("--files", corpus, "--text-fields", "story", "--positions-per-document", 3);
        Cli reused = evaluate("--dataset", out);
        assertThat(reused.out()).isEqualTo(direct.out()).isNotEmpty();
        assertThat(reused.code()).isZero();
        assertThat(reused.err()).contains("6 documents, sha256:").doesNotContain("scoring");
    }

    @Test
    void mergedShardsAreTheDataset() {
        Path whole = folder.resolve("whole.jsonl");
        Path first = folder.resolve("first.jsonl");
        Path second = folder.resolve("second.jsonl");
        Path merged = folder.resolve("merged.jsonl");
        assertThat(dataset(whole, corpus).code()).isZero();
        assertThat(dataset(first, corpus, "--shard", "1/2").err()).contains("which is shard 1/2");
        assertThat(dataset(second, corpus, "--shard", "2/2").code()).isZero();

        Cli merging = Cli.run("merge-shards", second, first, "--out", merged);

        assertThat(merging.err()).contains("2 shards of 6 documents in " + merged);
        assertThat(merging.code()).isZero();
        assertThat(merged).hasSameBinaryContentAs(whole);
        Cli missing = Cli.run("merge-shards", first, "--out", folder.resolve("none.jsonl"));
        assertThat(missing.err()).contains("Of 2 shards 2/2 is missing");
        assertThat(missing.code()).isNotZero();
        assertThat(dataset(second, corpus, "--shard", "3/2", "--overwrite").err())
                .contains("shard is 3/2");
    }

    @Test
    void aRunTrainsOnADataset() {
        Path out = folder.resolve("train.jsonl");
        Path save = folder.resolve("trained");
        assertThat(dataset(out, corpus).code()).isZero();

        Cli trained = Cli.run(
                "train",
                "--backend.name",
                "reference",
                "--model.directory",
                model,
                "--dataset",
                out,
                "--save",
                save,
                "--steps",
                1,
                "--prompts-per-step",
                2,
                "--group-size",
                2,
                "--max-tokens",
                4,
                "--reward.name",
                "coin",
                "--instruction",
                instruction,
                "--held-out-share",
                0.5,
                "--tasks",
                1);

        assertThat(trained.err()).contains("tasks to train on", "saved to").doesNotContain("scoring");
        assertThat(trained.code()).isZero();
    }

    @Test
    void selectionAndEntropyAreTheUsers() {
        Path out = folder.resolve("top.jsonl");
        assertThat(dataset(out, corpus, "--rule", "TOP_FRACTION", "--share", 0.01, "--scoring.kind", "PLAIN")
                        .code())
                .isZero();
        assertThat(TaskDataset.open(out).header().settings())
                .containsEntry("selector", "top-fraction 0.01")
                .containsEntry("entropy-renormalised", "false");
        assertThat(dataset(out, corpus, "--rule", "UNIFORM", "--share", 0.5, "--overwrite")
                        .code())
                .isZero();
        assertThat(TaskDataset.open(out).header().settings()).containsEntry("selector", "uniform-fraction 0.5 seed 3");
    }

    @Test
    void aCorpusMayBeManyCompressedFilesWithABadLine() throws IOException {
        Path parts = Files.createDirectories(folder.resolve("parts"));
        for (String name : List.of("a", "b")) {
            try (OutputStream part = new GZIPOutputStream(Files.newOutputStream(parts.resolve(name + ".jsonl.gz")))) {
                part.write("{\n".getBytes(UTF_8));
                part.write(Files.readAllBytes(corpus));
            }
        }
        Path out = folder.resolve("many.jsonl");
        String glob = parts + "/*.jsonl.gz";

        assertThat(dataset(out, glob, "--tolerated-bad-lines", 2).err())
                .contains("12 documents, sha256:", "skipped: ", "line 1 is not valid JSON", "36 tasks");
        Cli refused = dataset(out, glob, "--tolerated-bad-lines", 1, "--overwrite");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("one more than the 1 tolerated bad lines (a.jsonl.gz:1)");
    }

    @Test
    void aProxyMayHaveAnotherVocabulary() throws IOException {
        Path proxy = TinyCheckpoint.write(folder.resolve("proxy"));
        Path tokenizer = proxy.resolve("tokenizer.json");
        Files.writeString(tokenizer, Files.readString(tokenizer).replace("\"<think>\"", "\"<THINK>\""));
        Path own = folder.resolve("own.jsonl");
        Path other = folder.resolve("other.jsonl");

        assertThat(dataset(own, corpus).code()).isZero();
        assertThat(dataset(other, corpus, "--proxy", proxy).code()).isZero();

        // The vocabularies differ in a token that no text has, and the weights are the same.
        List<String> positions = new ArrayList<>();
        TaskDataset.open(own)
                .read(document -> positions.add(document.positions().toString()));
        List<String> otherPositions = new ArrayList<>();
        TaskDataset.open(other)
                .read(document -> otherPositions.add(document.positions().toString()));
        assertThat(otherPositions).isEqualTo(positions).hasSize(6);
    }

    @Test
    void aDatasetOfAnotherVocabularyIsRefused() throws IOException {
        Path out = folder.resolve("vocabulary.jsonl");
        assertThat(dataset(out, corpus).code()).isZero();
        Path other = TinyCheckpoint.write(folder.resolve("other"));
        Path tokenizer = other.resolve("tokenizer.json");
        Files.writeString(tokenizer, Files.readString(tokenizer).replace("\"<think>\"", "\"<THINK>\""));

        Cli refused = Cli.run(
                "evaluate",
                "--backend.name",
                "reference",
                "--model.directory",
                other,
                "--dataset",
                out,
                "--max-tokens",
                4,
                "--instruction",
                instruction);

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("vocabulary differs from the model", "ids 0 to 599");
    }
}
