package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.ModelFormatException;

/** Tensors of the files that are not the weights of the network one by one. */
class KeptAndFusedTensorsTest {

    private static final int SHARD = 3000;

    @TempDir
    private Path directory;

    private static ModelConfig config(Architecture architecture) {
        DecoderSwitches.Builder switches = DecoderSwitches.builder(2, 4);
        boolean mimo = architecture == Architecture.MIMO;
        if (mimo) {
            switches.extraLayers(1);
        } else {
            switches.fused(true);
        }
        return new ModelConfig(
                architecture,
                40,
                16,
                24,
                2,
                4,
                2,
                4,
                64,
                1e-5,
                10_000,
                new RopeScaling.None(),
                false,
                mimo,
                false,
                false,
                List.of(1),
                switches.build());
    }

    /** Different everywhere, and exact in bfloat16. */
    private static FloatBuffer numbers(WeightSpec spec, int seed) {
        FloatBuffer values = FloatBuffer.allocate((int) spec.size());
        for (int i = 0; i < values.capacity(); i++) {
            values.put((float) (i * 7 % 61 + seed % 31) / 16);
        }
        return values.flip();
    }

    private Path write(String name, ModelConfig config, List<SafetensorsWriter.Entry> extra) throws IOException {
        Path target = Files.createDirectory(directory.resolve(name));
        Files.writeString(target.resolve("config.json"), ModelConfigWriter.toJson(config));
        List<SafetensorsWriter.Entry> entries = new ArrayList<>(WeightLayout.of(config)
                .entries(DType.F32, spec -> numbers(spec, spec.name().hashCode() & 0xff)));
        entries.addAll(extra);
        SafetensorsWriter.write(target.resolve("model.safetensors"), entries, Map.of());
        return target;
    }

    private static SafetensorsWriter.Entry extra(String name, DType type, int seed) {
        WeightSpec spec = new WeightSpec(name, List.of(3, 5));
        return new SafetensorsWriter.Entry(name, type, spec.shape(), () -> numbers(spec, seed));
    }

    private static void save(Path target, Path source, DType type, int shardBytes) {
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            CheckpointWriter.write(target, source, checkpoint.layout(), type, reader(checkpoint), shardBytes);
        }
    }

    private static Function<WeightSpec, FloatBuffer> reader(Checkpoint checkpoint) {
        return spec -> {
            FloatBuffer values = FloatBuffer.allocate((int) spec.size());
            checkpoint.read(spec, values);
            return values;
        };
    }

    private static void assertSame(Path one, Path other) {
        try (Checkpoint a = Checkpoint.open(one);
                Checkpoint b = Checkpoint.open(other)) {
            assertThat(b.config()).isEqualTo(a.config());
            a.layout()
                    .all()
                    .forEach(spec -> assertThat(reader(b).apply(spec))
                            .isEqualTo(reader(a).apply(spec)));
        }
    }

    @Test
    void layersThatPredictFurtherTokensAreKeptInTheirFormat() throws IOException {
        Path source = write(
                "mimo",
                config(Architecture.MIMO),
                List.of(
                        extra("model.mtp_layers.0.input_proj.weight", DType.BF16, 3),
                        extra("model.mtp_layers.0.self_attn.q_proj.bias", DType.F32, 5)));
        for (int shard : new int[] {SHARD, 1 << 30}) {
            Path target = directory.resolve("saved" + shard);
            save(target, source, DType.F32, shard);
            assertSame(source, target);
            try (CheckpointFiles before = CheckpointFiles.open(source, name -> false);
                    CheckpointFiles after = CheckpointFiles.open(target, name -> false)) {
                assertThat(after.tensors().keySet())
                        .containsExactlyInAnyOrderElementsOf(before.tensors().keySet());
                for (String name :
                        List.of("model.mtp_layers.0.input_proj.weight", "model.mtp_layers.0.self_attn.q_proj.bias")) {
                    assertThat(after.tensors().get(name).dtype())
                            .isEqualTo(before.tensors().get(name).dtype());
                    assertThat(values(after, name)).isEqualTo(values(before, name));
                }
            }
        }
    }

    private static FloatBuffer values(CheckpointFiles files, String name) {
        FloatBuffer values =
                FloatBuffer.allocate((int) files.tensors().get(name).size());
        files.read(name, values);
        return values;
    }

    @Test
    void aSaveOnAnInterruptedThreadKeepsThem() throws IOException {
        Path source = write(
                "mimo",
                config(Architecture.MIMO),
                List.of(extra("model.mtp_layers.0.input_proj.weight", DType.BF16, 3)));
        WeightLayout layout = WeightLayout.of(config(Architecture.MIMO));
        Thread.currentThread().interrupt();
        CheckpointWriter.write(directory.resolve("saved"), source, layout, DType.F32, spec -> numbers(spec, 0));
        assertThat(Thread.interrupted()).isTrue();
        try (CheckpointFiles files = CheckpointFiles.open(directory.resolve("saved"), name -> false)) {
            assertThat(files.tensors()).containsKey("model.mtp_layers.0.input_proj.weight");
        }
    }

    @Test
    void whatTheConfigurationDoesNotAnnounceIsNotUsed() throws IOException {
        Path source = write(
                "mimo",
                config(Architecture.MIMO),
                List.of(extra("model.mtp_layers.1.input_proj.weight", DType.BF16, 3)));
        assertThatThrownBy(() -> Checkpoint.open(source))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("does not use 1 weight: model.mtp_layers.1.input_proj.weight");
    }

    @Test
    void fusedProjectionsAreSplitAndFusedAgain() throws IOException {
        Path source = write("phi", config(Architecture.PHI3), List.of());
        try (Checkpoint checkpoint = Checkpoint.open(source);
                CheckpointFiles files = CheckpointFiles.open(source, name -> false)) {
            FloatBuffer fused = values(files, "model.layers.1.self_attn.qkv_proj.weight");
            FloatBuffer parts = FloatBuffer.allocate(fused.remaining());
            for (String part : List.of("q_proj", "k_proj", "v_proj")) {
                parts.put(reader(checkpoint).apply(spec(checkpoint, "model.layers.1.self_attn." + part + ".weight")));
            }
            assertThat(parts.flip()).isEqualTo(fused);
            assertThat(files.tensors()
                            .get("model.layers.0.mlp.gate_up_proj.weight")
                            .shape())
                    .containsExactly(48L, 16L);
        }
        for (int shard : new int[] {SHARD, 1 << 30}) {
            Path target = directory.resolve("saved" + shard);
            save(target, source, DType.BF16, shard);
            assertSame(source, target);
            try (CheckpointFiles files = CheckpointFiles.open(target, name -> false)) {
                assertThat(files.tensors()).containsKey("model.layers.1.self_attn.qkv_proj.weight");
                assertThat(files.tensors()).doesNotContainKey("model.layers.1.self_attn.q_proj.weight");
            }
        }
    }

    private static WeightSpec spec(Checkpoint checkpoint, String name) {
        return checkpoint.layout().all().stream()
                .filter(spec -> spec.name().equals(name))
                .findAny()
                .orElseThrow();
    }

    @Test
    void aFusedTensorOfAnotherShapeIsNamed() throws IOException {
        Path source = write("phi", config(Architecture.PHI3), List.of());
        String json = Files.readString(source.resolve("config.json"));
        Files.writeString(
                source.resolve("config.json"),
                json.replace("\"num_key_value_heads\" : 2", "\"num_key_value_heads\" : 1"));
        assertThatThrownBy(() -> Checkpoint.open(source))
                .hasMessageContaining("model.layers.0.self_attn.qkv_proj.weight is [32, 16], expected [24, 16]");
    }

    @Test
    void anAdapterOfFusedProjectionsIsRefused() {
        assertThatThrownBy(() -> AdapterLayout.of(
                        config(Architecture.PHI3), LoraOptions.builder().build()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("adapters of Phi3ForCausalLM are not supported")
                .hasMessageContaining("qkv_proj");
    }
}
