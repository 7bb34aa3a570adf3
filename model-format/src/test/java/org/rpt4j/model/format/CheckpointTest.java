package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.testdata.SharedData;

class CheckpointTest {

    private static final String HEAD = "lm_head.weight";

    @TempDir
    Path directory;

    static List<ModelConfig> models() {
        return Models.all();
    }

    /** Writes a checkpoint of zeros with a modified list of weights. */
    private void write(ModelConfig config, UnaryOperator<List<WeightSpec>> change) throws IOException {
        Files.writeString(directory.resolve("config.json"), ModelConfigWriter.toJson(config));
        List<SafetensorsWriter.Entry> entries = change
                .apply(new ArrayList<>(WeightLayout.of(config).all()))
                .stream()
                .map(CheckpointTest::zeros)
                .toList();
        SafetensorsWriter.write(directory.resolve("model.safetensors"), entries, Map.of());
    }

    private static SafetensorsWriter.Entry zeros(WeightSpec spec) {
        return new SafetensorsWriter.Entry(
                spec.name(), DType.BF16, spec.shape(), () -> FloatBuffer.allocate((int) spec.size()));
    }

    private static UnaryOperator<List<WeightSpec>> with(String name, Integer... shape) {
        return specs -> {
            specs.removeIf(spec -> spec.name().equals(name));
            specs.add(new WeightSpec(name, List.of(shape)));
            return specs;
        };
    }

    private void assertRefused(String... messages) {
        assertThatThrownBy(() -> Checkpoint.open(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll(messages);
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyWeightOfEveryArchitectureIsFoundAndRead(ModelConfig config) {
        CheckpointInitializer.initialize(directory, config, 1);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThat(checkpoint.config()).isEqualTo(config);
            assertThat(checkpoint.directory()).isEqualTo(directory);
            for (WeightSpec spec : checkpoint.layout().all()) {
                FloatBuffer values = FloatBuffer.allocate((int) spec.size()).put(0, Float.NaN);
                checkpoint.read(spec, values);
                assertThat(values.array()).as(spec.name()).doesNotContain(Float.NaN);
            }
        }
    }

    @Test
    void missingWeightsAreNamed() throws IOException {
        write(Models.llama(), specs -> specs.subList(0, 3));
        assertRefused(
                "LlamaForCausalLM in " + directory,
                "is missing 18 weights: model.layers.0.input_layernorm.weight,"
                        + " model.layers.0.self_attn.q_proj.weight, ",
                " and 13 more");
    }

    @Test
    void anUntiedHeadMustBeThere() throws IOException {
        write(Models.llama(), specs -> {
            specs.removeIf(spec -> spec.name().equals(HEAD));
            return specs;
        });
        assertRefused("is missing 1 weight: lm_head.weight. If the head is the embedding, config.json must say");
    }

    @Test
    void redundantWeightsAreIgnored() throws IOException {
        UnaryOperator<List<WeightSpec>> head = with(HEAD, 40, 16);
        write(
                Models.qwen3(),
                specs -> with("model.layers.0.self_attn.rotary_emb.inv_freq", 4).apply(head.apply(specs)));
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThat(checkpoint.layout().all()).noneMatch(spec -> spec.name().equals(HEAD));
        }
    }

    private static final String EMBEDDING = "model.embed_tokens.weight";

    /** Writes a tied checkpoint whose embedding, head or both hold the numbers 0, 1, 2, ... */
    private void writeTied(Map<String, DType> stored, int changedElement) throws IOException {
        Files.writeString(directory.resolve("config.json"), ModelConfigWriter.toJson(Models.qwen3()));
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        for (WeightSpec spec : WeightLayout.of(Models.qwen3()).all()) {
            if (!spec.name().equals(EMBEDDING)) {
                entries.add(zeros(spec));
            }
        }
        stored.forEach((name, type) -> {
            FloatBuffer values = FloatBuffer.allocate(640);
            for (int i = 0; i < 640; i++) {
                values.put(i, i % 100);
            }
            if (name.equals(HEAD) && changedElement >= 0) {
                values.put(changedElement, 0.5f);
            }
            entries.add(new SafetensorsWriter.Entry(name, type, List.of(40, 16), () -> values));
        });
        SafetensorsWriter.write(directory.resolve("model.safetensors"), entries, Map.of());
    }

    @Test
    void aTiedHeadThatDiffersFromTheEmbeddingIsRefused() throws IOException {
        writeTied(Map.of(EMBEDDING, DType.F32, HEAD, DType.F32), 639);
        assertRefused(
                "\"tie_word_embeddings\": true", "lm_head.weight differs from " + EMBEDDING, "first at element 639");
    }

    @Test
    void aTiedHeadThatEqualsTheEmbeddingIsRedundant() throws IOException {
        writeTied(Map.of(EMBEDDING, DType.F32, HEAD, DType.BF16), -1);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThat(embedding(checkpoint)).startsWith(0, 1, 2, 3);
        }
    }

    @Test
    void aTiedModelMayStoreItsEmbeddingUnderTheNameOfTheHead() throws IOException {
        writeTied(Map.of(HEAD, DType.F16), -1);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThat(embedding(checkpoint)).startsWith(0, 1, 2, 3).endsWith(37, 38, 39);
        }
    }

    @Test
    void aTiedHeadOfAnotherShapeIsRefused() throws IOException {
        write(Models.qwen3(), with(HEAD, 40, 15));
        assertRefused("lm_head.weight is [40, 15], expected [40, 16]");
    }

    private static float[] embedding(Checkpoint checkpoint) {
        FloatBuffer values = FloatBuffer.allocate(640);
        checkpoint.read(checkpoint.layout().all().get(WeightLayout.EMBEDDING), values);
        return values.array();
    }

    @Test
    void unexpectedWeightsAreRejected() throws IOException {
        write(Models.llama(), with("model.layers.1.self_attn.q_proj.bias", 16));
        assertRefused("does not use 1 weight: model.layers.1.self_attn.q_proj.bias");
    }

    @Test
    void aWrongShapeIsRefused() throws IOException {
        write(Models.llama(), with("model.norm.weight", 17));
        assertRefused("weights of the wrong shape: 1 weight: model.norm.weight is [17], expected [16]");
    }

    @Test
    void anUnsupportedTypeIsRejectedAtOnce() throws IOException {
        write(Models.llama(), UnaryOperator.identity());
        Path file = directory.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("\"BF16\"");
        bytes[at + 1] = 'I';
        bytes[at + 2] = '1';
        bytes[at + 3] = '6';
        bytes[at + 4] = '"';
        bytes[at + 5] = ' ';
        Files.write(file, bytes);
        assertRefused("model.embed_tokens.weight: dtype \"I16\" is not supported");
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        Files.writeString(directory.resolve("config.json"), ModelConfigWriter.toJson(Models.llama()));
        assertRefused(
                directory + " has neither model.safetensors nor model.safetensors.index.json",
                "must be converted to safetensors");
        Files.createFile(directory.resolve("model.onnx"));
        assertRefused("It has an ONNX graph", "--backend.name onnx");
        Path absent = directory.resolve("absent");
        assertThatThrownBy(() -> Checkpoint.open(absent))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("there is no checkpoint directory " + absent);
        Files.createDirectory(AtomicFiles.previous(absent));
        assertThatThrownBy(() -> Checkpoint.open(absent))
                .hasMessageContaining("A save was interrupted: rename " + AtomicFiles.previous(absent));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../model.safetensors",
                "/tmp/model.safetensors",
                "sub/model.safetensors",
                "sub\\\\model.safetensors",
                "C:model.safetensors",
                "..safetensors",
                ".safetensors",
                "model.bin",
                "a\\u0000.safetensors"
            })
    void namesThatCouldLeaveTheDirectoryAreRefused(String name) throws IOException {
        Files.writeString(directory.resolve("config.json"), ModelConfigWriter.toJson(Models.llama()));
        Files.writeString(
                directory.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"x\":\"" + name + "\"}}");
        assertRefused("\"weight_map.x\" is ", "expected the plain name of a .safetensors file beside the index");
    }

    @Test
    void anIndexThatContradictsItsFilesIsRefused() throws IOException {
        write(Models.llama(), specs -> specs.subList(0, 2));
        Files.move(directory.resolve("model.safetensors"), directory.resolve("a.safetensors"));
        Path index = directory.resolve("model.safetensors.index.json");
        Files.writeString(index, "{\"weight_map\":{\"model.norm.weight\":\"a.safetensors\"}}");
        assertRefused("a.safetensors contains \"model.embed_tokens.weight\", which", "assigns to no file");
        Files.writeString(
                index,
                "{\"weight_map\":{\"model.norm.weight\":\"a.safetensors\",\"model.embed_tokens.weight\":"
                        + "\"a.safetensors\",\"lm_head.weight\":\"a.safetensors\"}}");
        assertRefused("a.safetensors does not contain \"lm_head.weight\"");
        Files.writeString(index, "{\"weight_map\":{\"x\":\"b.safetensors\"}}");
        assertRefused("there is no file " + directory.resolve("b.safetensors"));
        Files.writeString(index, "{}");
        assertRefused("\"weight_map\" is missing, expected an object");
    }

    /** Precomputed frequencies, and a tied head, come and go between versions of the tools that write checkpoints. */
    @Test
    void indexAndFilesNeedNotAgreeOnWhatNoModelReads() throws IOException {
        ModelConfig tied = Models.qwen2();
        assertThat(tied.tiedHead()).isTrue();
        write(tied, specs -> {
            List<WeightSpec> more = new ArrayList<>(specs);
            more.add(new WeightSpec("model.layers.0.self_attn.rotary_emb.inv_freq", List.of(2)));
            return more;
        });
        Files.move(directory.resolve("model.safetensors"), directory.resolve("a.safetensors"));
        String needed = WeightLayout.of(tied).all().stream()
                .map(spec -> "\"" + spec.name() + "\":\"a.safetensors\"")
                .collect(Collectors.joining(","));
        for (String also : List.of("lm_head.weight", "model.layers.1.self_attn.rotary_emb.inv_freq")) {
            Files.writeString(
                    directory.resolve("model.safetensors.index.json"),
                    "{\"weight_map\":{" + needed + ",\"" + also + "\":\"a.safetensors\"}}");
            Checkpoint.open(directory).close();
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "symbolic links need a privilege there")
    void linkedFilesOfAModelCacheAreFollowed() throws IOException {
        Path blobs = Files.createDirectory(directory.resolve("blobs"));
        CheckpointInitializer.initialize(blobs, Models.qwen2(), 3);
        Path snapshot = Files.createDirectory(directory.resolve("snapshot"));
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.createSymbolicLink(snapshot.resolve(name), Path.of("..", "blobs", name));
        }
        try (Checkpoint checkpoint = Checkpoint.open(snapshot)) {
            assertThat(checkpoint.config()).isEqualTo(Models.qwen2());
        }
    }

    @Test
    void aClosedCheckpointSaysSo() {
        CheckpointInitializer.initialize(directory, Models.llama(), 1);
        Checkpoint checkpoint = Checkpoint.open(directory);
        WeightSpec norm = checkpoint.layout().all().get(WeightLayout.FINAL_NORM);
        checkpoint.close();
        checkpoint.close();
        assertThatThrownBy(() -> checkpoint.read(norm, FloatBuffer.allocate(16)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPublishedModelOpensWithItsPublishedSize() {
        Path model = SharedData.require("models/stories260K");
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            assertThat(checkpoint.config().describe().parameterCount()).isEqualTo(260_032);
            assertThat(checkpoint.config().keyValueHeads()).isEqualTo(4);
            WeightSpec embedding = checkpoint.layout().all().get(WeightLayout.EMBEDDING);
            FloatBuffer values = FloatBuffer.allocate((int) embedding.size());
            checkpoint.read(embedding, values);
            assertThat(values.get(0)).isEqualTo(-0.29474878f);
        }
    }

    @Test
    void aMissingExpertIsNamed() throws IOException {
        write(Models.withExperts(new Experts(3, 2, 5, true, Set.of())), specs -> {
            specs.removeIf(spec -> spec.name().startsWith("model.layers.1.mlp.experts.2."));
            return specs;
        });
        assertRefused(
                "Qwen3MoeForCausalLM in " + directory,
                "is missing 3 weights: model.layers.1.mlp.experts.2.gate_proj.weight,"
                        + " model.layers.1.mlp.experts.2.up_proj.weight,"
                        + " model.layers.1.mlp.experts.2.down_proj.weight");
    }

    @Test
    void expertsThatTheConfigurationDoesNotCountAreRefused() throws IOException {
        write(
                Models.withExperts(new Experts(3, 2, 5, true, Set.of())),
                with("model.layers.0.mlp.experts.3.gate_proj.weight", 5, 16));
        assertRefused("does not use 1 weight: model.layers.0.mlp.experts.3.gate_proj.weight");
    }

    @Test
    void expertsAreReadFromSeveralFiles() throws IOException {
        ModelConfig config = Models.withExperts(new Experts(3, 2, 5, true, Set.of(1)));
        Path whole = directory.resolve("whole");
        Files.createDirectories(whole);
        CheckpointInitializer.initialize(whole, config, 1);
        Files.copy(whole.resolve("config.json"), directory.resolve("config.json"));
        try (Checkpoint checkpoint = Checkpoint.open(whole)) {
            List<WeightSpec> all = checkpoint.layout().all();
            int half = checkpoint.layout().index(0, 1, WeightLayout.LayerWeight.UP);
            writeShard(checkpoint, "model-00001-of-00002.safetensors", all.subList(0, half));
            writeShard(checkpoint, "model-00002-of-00002.safetensors", all.subList(half, all.size()));
            Files.writeString(
                    directory.resolve("model.safetensors.index.json"),
                    all.stream()
                            .map(spec -> "\"" + spec.name() + "\": \"model-0000" + (all.indexOf(spec) < half ? 1 : 2)
                                    + "-of-00002.safetensors\"")
                            .collect(Collectors.joining(", ", "{\"weight_map\": {", "}}")));
            try (Checkpoint sharded = Checkpoint.open(directory)) {
                for (WeightSpec spec : all) {
                    assertThat(values(sharded, spec)).as(spec.name()).isEqualTo(values(checkpoint, spec));
                }
            }
        }
    }

    private void writeShard(Checkpoint from, String name, List<WeightSpec> specs) {
        SafetensorsWriter.write(
                directory.resolve(name),
                specs.stream()
                        .map(spec -> new SafetensorsWriter.Entry(
                                spec.name(), DType.F32, spec.shape(), () -> values(from, spec)))
                        .toList(),
                Map.of());
    }

    private static FloatBuffer values(Checkpoint checkpoint, WeightSpec spec) {
        FloatBuffer values = FloatBuffer.allocate((int) spec.size());
        checkpoint.read(spec, values);
        return values;
    }
}
