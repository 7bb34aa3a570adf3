package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.testdata.GgufBlocks;
import org.rpt4j.testdata.GgufModels;

class StoredTypesTest {

    private static final String QUERY = "model.layers.1.self_attn.q_proj.weight";
    private static final String DOWN = "model.layers.0.mlp.down_proj.weight";

    @TempDir
    Path folder;

    private ModelSource gguf() throws IOException {
        Path file = folder.resolve("m.gguf");
        GgufModels.write(GgufModels.wide(Architecture.LLAMA), GgufBlocks.Q8_0, folder.resolve("checkpoint"))
                .write(file);
        return ModelSource.directory(file);
    }

    @Test
    void aGgufFileTellsItsTypesByTheNamesOfTheWeights() throws IOException {
        assertThat(StoredTypes.of(gguf()))
                .hasSize(WeightLayout.of(GgufModels.wide(Architecture.LLAMA))
                        .all()
                        .size())
                .containsEntry(QUERY, "Q8_0")
                .containsEntry(DOWN, "Q8_0")
                .containsEntry("model.norm.weight", "F32");
    }

    @Test
    void whatAnAdapterChangesIsNotStored() throws IOException {
        ModelSource base = gguf();
        Path adapter = folder.resolve("adapter");
        AdapterWriter.initialize(
                adapter,
                base,
                LoraOptions.builder().rank(2).targets(List.of("q_proj")).build(),
                1);
        assertThat(StoredTypes.of(base.withAdapter(adapter)))
                .doesNotContainKey(QUERY)
                .containsEntry(DOWN, "Q8_0");
    }

    @Test
    void aTiedHeadStandsForTheEmbedding() throws IOException {
        Path directory = Files.createDirectories(folder.resolve("tied"));
        Files.writeString(directory.resolve("config.json"), """
                {"architectures": ["LlamaForCausalLM"], "hidden_size": 8, "num_hidden_layers": 1,
                 "num_attention_heads": 2, "num_key_value_heads": 2, "intermediate_size": 8, "vocab_size": 6,
                 "tie_word_embeddings": true, "max_position_embeddings": 16, "rope_theta": 10000.0,
                 "rms_norm_eps": 1e-6, "hidden_act": "silu", "eos_token_id": 2, "torch_dtype": "float16"}
                """);
        assertThat(StoredTypes.of(ModelSource.directory(directory)))
                .as("without weights")
                .containsEntry("model.embed_tokens.weight", "F16")
                .hasSizeGreaterThan(1);
        SafetensorsWriter.write(
                directory.resolve("model.safetensors"),
                List.of(new SafetensorsWriter.Entry(
                        "lm_head.weight", DType.BF16, List.of(6, 8), () -> FloatBuffer.allocate(48))),
                Map.of());
        assertThat(StoredTypes.of(ModelSource.directory(directory)))
                .containsExactlyEntriesOf(Map.of("model.embed_tokens.weight", "BF16"));
    }

    @Test
    void aDamagedHeaderIsRefused() throws IOException {
        gguf();
        Files.write(folder.resolve("checkpoint/model.safetensors"), new byte[] {1, 2, 3});
        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> StoredTypes.of(ModelSource.directory(folder.resolve("checkpoint"))))
                .withMessageContaining("model.safetensors");
    }
}
