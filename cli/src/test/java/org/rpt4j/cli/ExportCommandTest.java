package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.run.tiny.TinyCheckpoint;

class ExportCommandTest {

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path corpus;

    @BeforeAll
    static void writeModelAndCorpus() {
        model = TinyCheckpoint.write(folder.resolve("model"));
        corpus = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 2);
    }

    private static Cli generate(Path from) {
        return Cli.run(
                "generate",
                "--backend.name",
                "onnx",
                "--threads",
                1,
                "--model.directory",
                from,
                "--prompt",
                "The race",
                "--max-tokens",
                12);
    }

    @Test
    void anExportIsAModelLikeTheCheckpoint() {
        Path exported = folder.resolve("exported");

        Cli written = Cli.run("export", "--model.directory", model, "--out", exported.resolve("model.onnx"));
        assertThat(written.code()).isZero();
        assertThat(written.err()).contains("Wrote ", "model.onnx.data");
        assertThat(generate(exported).code()).isZero();
        assertThat(generate(exported).out())
                .isNotBlank()
                .isEqualTo(generate(model).out());

        Cli again = Cli.run("export", "--model.directory", model, "--out", exported.resolve("model.onnx"));
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("already exists");
    }

    /** A name without the extension is a directory: nothing lands beside it. */
    @Test
    void aDirectoryGetsTheGraphAndAllThatBelongsToIt() throws IOException {
        Path parent = Files.createDirectory(folder.resolve("parent"));
        Cli written = Cli.run("export", "--model.directory", model, "--out", parent.resolve("exp3"));
        assertThat(written.code()).isZero();
        try (Stream<Path> files = Files.list(parent)) {
            assertThat(files).containsExactly(parent.resolve("exp3"));
        }
        assertThat(parent.resolve("exp3/model.onnx")).isRegularFile();
    }

    /** Exporters put the tokenizer beside the graph, or one level above it. */
    @Test
    void aGraphFindsItsTokenizer() throws IOException {
        Path exported = folder.resolve("found");
        assertThat(Cli.run("export", "--model.directory", model, "--out", exported)
                        .code())
                .isZero();
        Path beside = exported.resolve("model.onnx");
        Path below = Files.createDirectory(exported.resolve("onnx")).resolve("model.onnx");
        Files.copy(beside, below);
        Files.copy(exported.resolve("model.onnx.data"), exported.resolve("onnx/model.onnx.data"));
        for (Path graph : List.of(beside, below)) {
            Cli scored = Cli.run(
                    "score",
                    "--backend.name",
                    "onnx",
                    "--threads",
                    1,
                    "--model.directory",
                    graph,
                    "--files",
                    corpus,
                    "--text-fields",
                    "story",
                    "--out",
                    folder.resolve("scores.jsonl"),
                    "--overwrite");
            assertThat(scored.code()).as(scored.err()).isZero();
        }
    }

    @Test
    void quantisingSaysWhatItChanges() {
        Path exact = folder.resolve("exact/model.onnx");
        Path small = folder.resolve("int8/model.onnx");
        assertThat(Cli.run("export", "--model.directory", model, "--out", exact, "--form", "portable")
                        .code())
                .isZero();

        Cli quantised = Cli.run(
                "quantize",
                "--threads",
                1,
                "--model",
                exact,
                "--out",
                small,
                "--files",
                corpus,
                "--text-fields",
                "story");

        assertThat(quantised.err()).contains("Wrote " + small);
        assertThat(quantised.code()).isZero();
        assertThat(quantised.out())
                .contains("tokens: entropy differs by", "entropy >= 0.50", "entropy >= 1.50", "differ (");
        assertThat(small.resolveSibling("tokenizer.json")).isRegularFile();
    }

    @Test
    void aMissingCheckpointIsTold() {
        Cli failed = Cli.run(
                "export", "--model.directory", folder.resolve("nowhere"), "--out", folder.resolve("x/model.onnx"));
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).contains("nowhere");
        assertThat(folder.resolve("x")).doesNotExist();
    }
}
