package org.rpt4j.testdata;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigWriter;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.model.format.SafetensorsWriter;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightSpec;

/** Random models, each as a GGUF file and as a checkpoint of the same numbers. */
public final class GgufModels {

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("model.embed_tokens", "token_embd"),
            Map.entry("model.norm", "output_norm"),
            Map.entry("lm_head", "output"),
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("post_attention_layernorm", "ffn_norm"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"));

    private GgufModels() {}

    /** A model whose rows are whole blocks of every type. */
    public static ModelConfig wide(Architecture architecture) {
        boolean qwen2 = architecture == Architecture.QWEN2;
        return new ModelConfig(
                architecture,
                40,
                256,
                256,
                2,
                4,
                2,
                64,
                128,
                1e-6,
                10_000,
                new RopeScaling.None(),
                qwen2,
                qwen2,
                false,
                architecture == Architecture.QWEN3,
                List.of(2));
    }

    /**
     * Returns a writer with metadata and weights, to which a test can add.
     *
     * @param matrices element type of matrices; vectors are float32
     * @param checkpoint directory for the same numbers as safetensors; created
     */
    public static GgufWriter write(ModelConfig config, GgufBlocks matrices, Path checkpoint) throws IOException {
        GgufWriter file = metadata(config);
        Random random = new Random(7);
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        for (WeightSpec spec : WeightLayout.of(config).all()) {
            GgufBlocks type = spec.decays() ? matrices : GgufBlocks.F32;
            byte[] stored = type.random((int) spec.size(), random);
            file.tensor(nameInFile(spec.name()), type.number(), spec.shape(), stored);
            float[] values = type.values(stored);
            float[] ordered = spec.name().matches(".*[qk]_proj.*") && config.architecture() == Architecture.LLAMA
                    ? halves(values, (int) spec.size() / spec.shape().get(0), config.headSize())
                    : values;
            entries.add(
                    new SafetensorsWriter.Entry(spec.name(), DType.F32, spec.shape(), () -> FloatBuffer.wrap(ordered)));
        }
        Files.createDirectories(checkpoint);
        SafetensorsWriter.write(checkpoint.resolve("model.safetensors"), entries, Map.of());
        Files.write(
                checkpoint.resolve("config.json"),
                ModelConfigWriter.toJson(config).getBytes(StandardCharsets.UTF_8));
        return file;
    }

    /** The metadata of a model, as llama.cpp's converter writes them. */
    public static GgufWriter metadata(ModelConfig config) {
        String network = switch (config.architecture()) {
            case QWEN2 -> "qwen2";
            case QWEN3 -> "qwen3";
            default -> "llama";
        };
        GgufWriter file = new GgufWriter()
                .put("general.architecture", network)
                .put("general.name", "random")
                .put("general.quantization_version", 2)
                .put(network + ".block_count", config.layers())
                .put(network + ".context_length", config.contextLength())
                .put(network + ".embedding_length", config.hiddenSize())
                .put(network + ".feed_forward_length", config.intermediateSize())
                .put(network + ".attention.head_count", config.heads())
                .put(network + ".attention.head_count_kv", config.keyValueHeads())
                .put(network + ".attention.key_length", config.headSize())
                .put(network + ".attention.value_length", config.headSize())
                .put(network + ".attention.layer_norm_rms_epsilon", (float) config.normEpsilon())
                .put(network + ".rope.dimension_count", config.headSize())
                .put(network + ".rope.freq_base", (float) config.ropeTheta());
        if (!config.endTokens().isEmpty()) {
            file.put("tokenizer.ggml.eos_token_id", config.endTokens().get(0));
        }
        return file;
    }

    /** The converter puts row j of the first half of a head beside row j of the second; this undoes it. */
    private static float[] halves(float[] pairs, int width, int headSize) {
        float[] halves = new float[pairs.length];
        for (int row = 0; row < pairs.length / width; row++) {
            int head = row / headSize;
            int second = row % headSize / (headSize / 2);
            int j = row % (headSize / 2);
            System.arraycopy(pairs, (head * headSize + 2 * j + second) * width, halves, row * width, width);
        }
        return halves;
    }

    /** The name that llama.cpp's converter gives a weight. */
    public static String nameInFile(String name) {
        String ending = name.substring(name.lastIndexOf('.'));
        String stem = name.substring(0, name.length() - ending.length());
        if (stem.startsWith("model.layers.")) {
            String[] parts = stem.split("\\.", 4);
            return "blk." + parts[2] + "." + NAMES.get(parts[3]) + ending;
        }
        return NAMES.get(stem) + ending;
    }
}
