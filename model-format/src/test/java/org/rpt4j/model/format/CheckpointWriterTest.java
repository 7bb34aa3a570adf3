package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.error.CheckpointException;

class CheckpointWriterTest {

    private static final ModelConfig CONFIG = Models.llama();
    private static final WeightLayout LAYOUT = WeightLayout.of(CONFIG);

    @TempDir
    Path directory;

    private Path source;
    private Path target;

    @BeforeEach
    void makeSource() {
        source = directory.resolve("source");
        target = directory.resolve("target");
        CheckpointInitializer.initialize(source, CONFIG, 5);
    }

    private static FloatBuffer filled(WeightSpec spec, float value) {
        FloatBuffer values = FloatBuffer.allocate((int) spec.size());
        while (values.hasRemaining()) {
            values.put(value);
        }
        return values.flip();
    }

    private static float[] read(Path from, WeightSpec spec) {
        try (Checkpoint checkpoint = Checkpoint.open(from)) {
            FloatBuffer values = FloatBuffer.allocate((int) spec.size());
            checkpoint.read(spec, values);
            return values.array();
        }
    }

    private static List<String> names(Path in) throws IOException {
        try (Stream<Path> paths = Files.list(in)) {
            return paths.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void weightsConfigurationAndTokenizerAreSaved(DType type) throws IOException {
        Files.writeString(source.resolve("tokenizer.json"), "{\"t\":1}");
        Files.writeString(source.resolve("chat_template.jinja"), "{{ x }}");
        Files.writeString(source.resolve("chat_template.json"), "{}");
        Files.writeString(source.resolve("unrelated.txt"), "no");
        CheckpointWriter.write(target, source, LAYOUT, type, spec -> filled(spec, 1.0078125f));
        assertThat(names(target))
                .containsExactly(
                        "chat_template.jinja",
                        "chat_template.json",
                        "config.json",
                        "model.safetensors",
                        "tokenizer.json");
        assertThat(target.resolve("tokenizer.json")).hasContent("{\"t\":1}");
        assertThat(ModelConfigReader.read(target)).isEqualTo(CONFIG);
        JsonNode config =
                new ObjectMapper().readTree(target.resolve("config.json").toFile());
        assertThat(config.path("torch_dtype").asText()).isEqualTo(type.torchName());
        assertThat(config.has("dtype")).isFalse();
        for (WeightSpec spec : LAYOUT.all()) {
            assertThat(read(target, spec)).containsOnly(1.0078125f);
        }
        try (SafetensorsFile file = SafetensorsFile.open(target.resolve("model.safetensors"))) {
            assertThat(file.tensors().values()).allMatch(t -> t.dtype().equals(type.name()));
            assertThat(file.metadata()).containsEntry("format", "pt");
        }
        assertThat(names(directory)).containsExactly("source", "target");
    }

    @Test
    void theNewerNameOfTheTypeIsKept() throws IOException {
        Path config = source.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("torch_dtype", "dtype"));
        CheckpointWriter.write(target, source, LAYOUT, DType.BF16, spec -> filled(spec, 1));
        JsonNode written =
                new ObjectMapper().readTree(target.resolve("config.json").toFile());
        assertThat(written.path("dtype").asText()).isEqualTo("bfloat16");
        assertThat(written.has("torch_dtype")).isFalse();
    }

    @Test
    void largeModelsAreSplitAndReadBackAsOne() throws IOException {
        long embedding = LAYOUT.all().get(0).size() * DType.F32.bytes();
        CheckpointWriter.write(target, source, LAYOUT, DType.F32, spec -> filled(spec, spec.size()), embedding + 100);
        JsonNode index = new ObjectMapper()
                .readTree(target.resolve("model.safetensors.index.json").toFile());
        long total = LAYOUT.all().stream().mapToLong(WeightSpec::size).sum() * DType.F32.bytes();
        assertThat(index.path("metadata").path("total_size").asLong()).isEqualTo(total);
        assertThat(index.path("weight_map")).hasSize(LAYOUT.all().size());
        List<String> shards =
                names(target).stream().filter(n -> n.endsWith(".safetensors")).toList();
        assertThat(shards).hasSizeGreaterThan(2);
        assertThat(shards.get(0)).isEqualTo("model-00001-of-%05d.safetensors".formatted(shards.size()));
        for (String shard : shards) {
            try (SafetensorsFile file = SafetensorsFile.open(target.resolve(shard))) {
                assertThat(file.tensors().values().stream()
                                .mapToLong(t -> t.end() - t.begin())
                                .sum())
                        .isBetween(1L, embedding + 100);
            }
        }
        for (WeightSpec spec : LAYOUT.all()) {
            assertThat(read(target, spec)).as(spec.name()).containsOnly(spec.size());
        }
    }

    @Test
    void aCheckpointMayReplaceItsOwnSource() {
        CheckpointWriter.write(source, source, LAYOUT, DType.F32, spec -> filled(spec, 3));
        assertThat(read(source, LAYOUT.all().get(0))).containsOnly(3);
    }

    @Test
    void aFailureLeavesTheOldCheckpointAndNothingElse() throws IOException {
        CheckpointWriter.write(target, source, LAYOUT, DType.F32, spec -> filled(spec, 1));
        WeightSpec last = LAYOUT.all().get(LAYOUT.all().size() - 1);
        assertThatThrownBy(() -> CheckpointWriter.write(
                        target, source, LAYOUT, DType.F16, spec -> filled(spec, spec.equals(last) ? 1e30f : 2)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("tensor \"" + last.name() + "\": 1.0E30 is too large for F16");
        assertThat(read(target, LAYOUT.all().get(0))).containsOnly(1);
        assertThat(names(directory)).containsExactly("source", "target");
    }

    @Test
    void aDirectoryWithoutACheckpointIsNotDeleted() throws IOException {
        Files.createDirectory(target);
        CheckpointWriter.write(target, source, LAYOUT, DType.F32, spec -> filled(spec, 1));
        Path home = Files.createDirectory(directory.resolve("home"));
        Files.writeString(home.resolve("thesis.txt"), "years of work");
        assertThatThrownBy(() -> CheckpointWriter.write(home, source, LAYOUT, DType.F32, spec -> filled(spec, 1)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("would delete files that are not a checkpoint");
        assertThat(home.resolve("thesis.txt")).hasContent("years of work");
    }

    @Test
    void aSourceThatChangedOrVanishedIsRefused() throws IOException {
        Path other = directory.resolve("other");
        CheckpointInitializer.initialize(other, Models.qwen3(), 1);
        assertThatThrownBy(() -> CheckpointWriter.write(target, other, LAYOUT, DType.F32, spec -> filled(spec, 1)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("does not match the weights to save");
        Files.delete(other.resolve("config.json"));
        assertThatThrownBy(() -> CheckpointWriter.write(target, other, LAYOUT, DType.F32, spec -> filled(spec, 1)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("cannot copy the configuration of the source: there is no file");
        assertThat(target).doesNotExist();
    }

    @Test
    void onlyAnEmptyOrNewDirectoryIsFree() throws IOException {
        CheckpointWriter.requireFree(directory.resolve("new"), "it");
        CheckpointWriter.requireFree(Files.createDirectory(directory.resolve("empty")), "it");
        Path full = Files.createDirectory(directory.resolve("full"));
        Path file = Files.createFile(full.resolve("file"));

        assertThatThrownBy(() -> CheckpointWriter.requireFree(full, "the copy"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("Cannot save the copy to " + full + ": it is not empty");
        assertThatThrownBy(() -> CheckpointWriter.requireFree(file, "the copy"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("not a readable directory");
    }
}
