package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.CheckpointWriter;
import org.rpt4j.model.format.DType;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.run.tiny.TinyGguf;

/** Every command that takes a model takes a GGUF file, and does the same as with a checkpoint of the same numbers. */
class GgufCommandTest {

    @TempDir
    private static Path folder;

    private static Path file;
    private static Path directory;
    private static Path corpus;

    @BeforeAll
    static void writeModels() {
        file = TinyGguf.write(folder.resolve("model.gguf"), folder.resolve("numbers"));
        directory = folder.resolve("directory");
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            CheckpointWriter.write(directory, file, checkpoint.layout(), DType.F32, spec -> {
                FloatBuffer values = FloatBuffer.allocate((int) spec.size());
                checkpoint.read(spec, values);
                return values;
            });
        }
        corpus = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 2);
    }

    private static Cli run(String command, Path model, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(command, "--model.directory", model));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "native", "onnx", "djl"})
    void everyBackendScoresTheSame(String backend) throws IOException {
        List<List<String>> lines = new ArrayList<>();
        for (Path model : List.of(file, directory)) {
            Path out = folder.resolve(backend + "-" + model.getFileName() + ".jsonl");
            Cli scored = run(
                    "score",
                    model,
                    "--backend.name",
                    backend,
                    "--files",
                    corpus,
                    "--text-fields",
                    "story",
                    "--out",
                    out);
            assertThat(scored.code()).as(scored.err()).isZero();
            lines.add(Files.readAllLines(out));
        }

        assertThat(lines.get(0)).hasSizeGreaterThan(100).isEqualTo(lines.get(1));
    }

    @Test
    void generateContinuesTheSame() {
        Object[] more = {"--backend.name", "native", "--prompt", "Once upon", "--max-tokens", 8};
        Cli ofFile = run("generate", file, more);

        assertThat(ofFile.code()).as(ofFile.err()).isZero();
        assertThat(ofFile.out())
                .isEqualTo(run("generate", directory, more).out())
                .isNotBlank();
    }

    @Test
    void anExportIsCompleteAndTheSame() throws IOException {
        for (Path model : List.of(file, directory)) {
            Path out = folder.resolve("export-" + model.getFileName()).resolve("model.onnx");
            Cli exported = run("export", model, "--out", out);
            assertThat(exported.code()).as(exported.err()).isZero();
        }

        Path ofFile = folder.resolve("export-model.gguf");
        Path ofDirectory = folder.resolve("export-directory");
        for (String name : List.of("model.onnx", "model.onnx.data")) {
            assertThat(ofFile.resolve(name)).hasSameBinaryContentAs(ofDirectory.resolve(name));
        }
        for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            assertThat(ofFile.resolve(name)).isNotEmptyFile();
        }
        Cli again = run("export", directory, "--out", ofFile.resolve("second.onnx"));
        assertThat(again.code()).as(again.err()).isNotZero();
        assertThat(again.err()).contains("belongs to another model");
    }

    @Test
    void aDryRunReadsTheFile() throws IOException {
        Path instruction = Files.writeString(folder.resolve("next.txt"), "Next? {context}");
        Cli dry = run(
                "run",
                file,
                "--backend.name",
                "native",
                "--files",
                corpus,
                "--text-fields",
                "story",
                "--max-tokens",
                8,
                "--instruction",
                instruction,
                "--dry-run");

        assertThat(dry.code()).as(dry.err()).isZero();
        assertThat(dry.out() + dry.err()).contains("FLOPs");
    }

    @Test
    void quantizeSaysThatItReadsGraphs() {
        Cli refused = Cli.run(
                "quantize", "--model", file, "--files", corpus, "--text-fields", "story", "--out", folder.resolve("q"));

        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("GGUF").contains("rpt4j export");
    }

    @Test
    void aTruncatedFileIsReportedInOneLine() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Path cut = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(bytes, bytes.length - 1000));

        Cli refused = run(
                "score",
                cut,
                "--backend.name",
                "native",
                "--files",
                corpus,
                "--text-fields",
                "story",
                "--out",
                folder.resolve("cut.jsonl"));

        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("cut.gguf", "truncated").doesNotContain("\tat ");
    }
}
