package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.testdata.GgufBlocks;
import org.rpt4j.testdata.GgufModels;
import org.rpt4j.testdata.GgufWriter;

class GgufCheckpointTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private static void assertSameWeights(Path one, Path other) {
        assertSameWeights(ModelSource.directory(one), ModelSource.directory(other));
    }

    private static void assertSameWeights(ModelSource one, ModelSource other) {
        try (Checkpoint a = Checkpoint.open(one);
                Checkpoint b = Checkpoint.open(other)) {
            assertThat(a.config()).isEqualTo(b.config());
            for (WeightSpec spec : a.layout().all()) {
                assertThat(Arrays.mismatch(values(a, spec), values(b, spec)))
                        .as(spec.name())
                        .isEqualTo(-1);
            }
        }
    }

    private static float[] values(Checkpoint checkpoint, WeightSpec spec) {
        FloatBuffer values = FloatBuffer.allocate((int) spec.size());
        checkpoint.read(spec, values);
        return values.array();
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeHasTheWeightsOfTheSameCheckpoint(GgufBlocks type) throws IOException {
        ModelConfig config = GgufModels.wide(Architecture.LLAMA);
        Path file = GgufModels.write(config, type, folder.resolve("checkpoint")).write(folder.resolve("m.gguf"));

        assertSameWeights(file, folder.resolve("checkpoint"));
    }

    @ParameterizedTest
    @EnumSource(names = {"QWEN2", "QWEN3"})
    void qwenKeepsTheOrderOfItsRows(Architecture architecture) throws IOException {
        ModelConfig config = GgufModels.wide(architecture);
        Path file = GgufModels.write(config, GgufBlocks.Q8_0, folder.resolve("checkpoint"))
                .write(folder.resolve("m.gguf"));

        assertSameWeights(file, folder.resolve("checkpoint"));
    }

    @Test
    void biasesOfLlamaAreReorderedToo() throws IOException {
        ModelConfig config = Models.llamaWithBiases();
        Path file = GgufModels.write(config, GgufBlocks.F16, folder.resolve("checkpoint"))
                .tensor("rope_freqs.weight", List.of(3), factors(config))
                .write(folder.resolve("m.gguf"));

        assertSameWeights(file, folder.resolve("checkpoint"));
    }

    /** What llama.cpp's converter stores for Llama 3's scaling. */
    private static float[] factors(ModelConfig config) {
        float[] factors = new float[config.headSize() / 2];
        double[] scaled = config.ropeScaling().frequencies(config.ropeTheta(), config.headSize());
        for (int i = 0; i < factors.length; i++) {
            double frequency = Math.pow(config.ropeTheta(), -2.0 * i / config.headSize());
            factors[i] = (float) (frequency / scaled[i]);
        }
        return factors;
    }

    @ParameterizedTest
    @CsvSource({"8, 8192", "32, 8192", "4, 4096"})
    void theSettingsBehindRotaryFactorsAreFound(double factor, double original) throws IOException {
        RopeScaling scaling = new RopeScaling.Llama3(factor, 1, 4, original);
        ModelConfig wide = GgufModels.wide(Architecture.LLAMA);
        ModelConfig config = withScaling(wide, scaling);
        Path file = GgufModels.metadata(config)
                .tensor("token_embd.weight", List.of(40, 256), new float[40 * 256])
                .tensor("output.weight", List.of(40, 256), new float[40 * 256])
                .tensor("rope_freqs.weight", List.of(32), factors(config))
                .write(folder.resolve("m.gguf"));

        assertThat(ModelConfigReader.read(file).ropeScaling()).isEqualTo(scaling);
    }

    private static ModelConfig withScaling(ModelConfig c, RopeScaling scaling) {
        return new ModelConfig(
                c.architecture(),
                c.vocabularySize(),
                c.hiddenSize(),
                c.intermediateSize(),
                c.layers(),
                c.heads(),
                c.keyValueHeads(),
                c.headSize(),
                c.contextLength(),
                c.normEpsilon(),
                500_000,
                scaling,
                c.tiedHead(),
                c.queryBias(),
                c.outputBias(),
                c.queryKeyNorm(),
                c.endTokens());
    }

    @Test
    void otherRotaryFactorsAreRefused() throws IOException {
        float[] factors = new float[32];
        for (int i = 0; i < 32; i++) {
            factors[i] = 1 + i;
        }
        Path file = GgufModels.metadata(GgufModels.wide(Architecture.LLAMA))
                .tensor("token_embd.weight", List.of(40, 256), new float[40 * 256])
                .tensor("rope_freqs.weight", List.of(32), factors)
                .write(folder.resolve("m.gguf"));

        assertThatThrownBy(() -> ModelConfigReader.read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("rope_freqs.weight");
    }

    @Test
    void linearScalingIsRead() throws IOException {
        Path file = embedding(GgufModels.metadata(GgufModels.wide(Architecture.LLAMA))
                .put("llama.rope.scaling.type", "linear")
                .put("llama.rope.scaling.factor", 4f));

        assertThat(ModelConfigReader.read(file).ropeScaling()).isEqualTo(new RopeScaling.Linear(4));
    }

    @Test
    void aWindowBoundsTheContext() throws IOException {
        Path file = embedding(
                GgufModels.metadata(GgufModels.wide(Architecture.LLAMA)).put("llama.attention.sliding_window", 96));

        assertThat(ModelConfigReader.read(file).contextLength()).isEqualTo(96);
    }

    private Path embedding(GgufWriter writer) throws IOException {
        return writer.tensor("token_embd.weight", List.of(40, 256), new float[40 * 256])
                .write(folder.resolve("m.gguf"));
    }

    @Test
    void anUnknownKeyOfTheNetworkIsRefusedUnlessItIsAccepted() throws IOException {
        Path file = embedding(
                GgufModels.metadata(GgufModels.wide(Architecture.LLAMA)).put("llama.attention.clamp_kqv", 8f));

        assertThatThrownBy(() -> ModelConfigReader.read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("llama.attention.clamp_kqv")
                .hasMessageContaining("--accept-config");
        ModelSource accepting = ModelSource.directory(file).accepting(List.of("llama.attention.clamp_kqv"));
        assertThat(ModelConfigReader.read(accepting).layers()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "general.architecture, mamba, 'one of llama, qwen2, qwen3'",
        "general.type, adapter, model",
        "llama.tensor_data_layout, rows, Meta AI original pth"
    })
    void whatIsNoSupportedModelIsRefusedByName(String key, String value, String expected) throws IOException {
        GgufWriter writer = new GgufWriter().put(key, value);
        if (!key.equals("general.architecture")) {
            writer.put("general.architecture", "llama");
        }
        Path file = embedding(writer);

        assertThatThrownBy(() -> ModelConfigReader.read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(key + " is \"" + value + "\"")
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource({"llama.expert_count, 8", "split.count, 3", "llama.vocab_size, 41", "llama.rope.dimension_count, 32"})
    void whatWouldComputeSomethingElseIsRefused(String key, int value) throws IOException {
        GgufWriter writer = key.endsWith("dimension_count")
                ? new GgufWriter()
                        .put("general.architecture", "llama")
                        .put("llama.embedding_length", 256)
                        .put("llama.context_length", 64)
                        .put("llama.feed_forward_length", 64)
                        .put("llama.block_count", 1)
                        .put("llama.attention.head_count", 4)
                        .put("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                : GgufModels.metadata(GgufModels.wide(Architecture.LLAMA));
        Path file = embedding(writer.put(key, value));

        assertThatThrownBy(() -> ModelConfigReader.read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(key.startsWith("split") ? "one of 3 parts" : key);
    }

    @Test
    void missingWeightsAreNamedAsInTheFile() throws IOException {
        Path file = embedding(GgufModels.metadata(GgufModels.wide(Architecture.LLAMA)));

        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("output_norm.weight")
                .hasMessageContaining("blk.0.attn_norm.weight")
                .hasMessageContaining("metadata");
    }

    @Test
    void aWeightThatIsNotFiniteIsNamed() throws IOException {
        float[] values = new float[40 * 256];
        values[300] = Float.NaN;
        ModelConfig config = GgufModels.wide(Architecture.QWEN2);
        GgufWriter writer = GgufModels.metadata(config);
        for (WeightSpec spec : WeightLayout.of(config).all()) {
            boolean embedding = spec.name().startsWith("model.embed");
            writer.tensor(
                    GgufModels.nameInFile(spec.name()),
                    spec.shape(),
                    embedding ? values : new float[(int) spec.size()]);
        }
        Path file = writer.write(folder.resolve("m.gguf"));

        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            WeightSpec embedding = checkpoint.layout().all().get(WeightLayout.EMBEDDING);
            assertThatThrownBy(() -> values(checkpoint, embedding))
                    .isInstanceOf(NumericalException.class)
                    .hasMessageContaining("token_embd.weight")
                    .hasMessageContaining("element 300");
        }
    }

    /** An adapter counts rows of the original network. */
    @Test
    void anAdapterChangesTheSameRows() throws IOException {
        ModelConfig config = GgufModels.wide(Architecture.LLAMA);
        Path checkpoint = folder.resolve("checkpoint");
        Path file = GgufModels.write(config, GgufBlocks.Q8_0, checkpoint).write(folder.resolve("m.gguf"));
        Path adapter = Files.createDirectories(folder.resolve("adapter"));
        Files.writeString(
                adapter.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 2, \"target_modules\": [\"q_proj\"]}");
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        for (int layer = 0; layer < 2; layer++) {
            String name = "base_model.model.model.layers." + layer + ".self_attn.q_proj.lora_";
            float[] ascending = new float[256];
            for (int i = 0; i < ascending.length; i++) {
                ascending[i] = i;
            }
            FloatBuffer values = FloatBuffer.wrap(ascending);
            entries.add(new SafetensorsWriter.Entry(name + "A.weight", DType.F32, List.of(1, 256), () -> values));
            entries.add(new SafetensorsWriter.Entry(name + "B.weight", DType.F32, List.of(256, 1), () -> values));
        }
        SafetensorsWriter.write(adapter.resolve("adapter_model.safetensors"), entries, Map.of());

        assertSameWeights(
                ModelSource.directory(file).withAdapter(adapter),
                ModelSource.directory(checkpoint).withAdapter(adapter));
    }

    @Test
    void whatIsSavedIsACheckpointOfItsOwn() throws IOException {
        ModelConfig config = GgufModels.wide(Architecture.LLAMA);
        Path file = GgufModels.write(config, GgufBlocks.Q4_K, folder.resolve("checkpoint"))
                .put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", "qwen2")
                .put("tokenizer.ggml.tokens", List.of("a", "b", "ab", "[PAD3]"))
                .put("tokenizer.ggml.token_type", new int[] {1, 1, 1, 5})
                .put("tokenizer.ggml.merges", List.of("a b"))
                .put("tokenizer.chat_template", "{{ messages[0].content }}")
                .write(folder.resolve("m.gguf"));
        Path saved = folder.resolve("saved");

        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertThat(checkpoint.absentTokens().ranges()).containsExactly(3, 40);
            CheckpointWriter.write(
                    saved, file, checkpoint.layout(), DType.F32, spec -> FloatBuffer.wrap(values(checkpoint, spec)));
        }

        assertSameWeights(saved, file);
        JsonNode tokenizer = JSON.readTree(saved.resolve("tokenizer.json").toFile());
        assertThat(tokenizer.at("/model/vocab/ab").intValue()).isEqualTo(2);
        assertThat(tokenizer.at("/model/merges/0").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(JSON.readTree(saved.resolve("tokenizer_config.json").toFile())
                        .path("chat_template")
                        .textValue())
                .isEqualTo("{{ messages[0].content }}");
    }

    @Test
    void aDirectoryOfFilesSaysWhichToName() throws IOException {
        Path file = embedding(GgufModels.metadata(GgufModels.wide(Architecture.LLAMA)));

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("name one of them as the model")
                .hasMessageContaining(file.toString());
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("missing.gguf");

        assertThatThrownBy(() -> Checkpoint.open(missing))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("there is no file " + missing);
    }

    @Test
    void aFileOfAnotherKindIsNoCheckpoint() throws IOException {
        Path file = Files.writeString(folder.resolve("model.bin"), "text");

        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("not a GGUF file");
    }

    /** Caches name files by their hash. */
    @Test
    void aFileIsKnownByItsFirstBytesToo() throws IOException {
        Path file = embedding(GgufModels.metadata(GgufModels.wide(Architecture.LLAMA)));
        Path blob = Files.copy(file, folder.resolve("0123abcd"));

        assertThat(ModelConfigReader.read(blob)).isEqualTo(ModelConfigReader.read(file));
    }
}
