package org.rpt4j.samples.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Workload;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.spi.Backends;

/**
 * What a model needs before it is downloaded: an estimate needs its {@code config.json} alone. Prints the table of
 * {@code docs/your-own-model.md}, in GiB, for published shapes: scoring windows of 4,096 tokens, and training of 8
 * prompts of 512 tokens with 8 rollouts of 128 tokens each, in passes of one prompt and with recomputed activations: of
 * an adapter of rank 16 on all projections, of a model with experts on those of attention, or of all weights.
 */
public final class EstimateMemory {

    /**
     * A published shape: Qwen2.5, TinyLlama for 1B, and Qwen3 with experts.
     *
     * @param more further fields of its file, each with a comma behind it
     * @param targets what an adapter trains
     */
    record Shape(
            String name,
            String architecture,
            int hidden,
            int layers,
            int heads,
            int keyValueHeads,
            int intermediate,
            int vocabulary,
            boolean tied,
            String more,
            String targets) {

        /** A shape without experts, whose adapter trains all projections. */
        Shape(
                String name,
                String architecture,
                int hidden,
                int layers,
                int heads,
                int keyValueHeads,
                int intermediate,
                int vocabulary,
                boolean tied) {
            this(
                    name,
                    architecture,
                    hidden,
                    layers,
                    heads,
                    keyValueHeads,
                    intermediate,
                    vocabulary,
                    tied,
                    "",
                    "\"all-linear\"");
        }

        /** Writes the file that describes the model; returns its directory. */
        ModelSource write(Path folder) throws IOException {
            Path directory = Files.createDirectories(folder.resolve(name));
            Files.writeString(directory.resolve("config.json"), """
                    {%s "architectures": ["%s"], "hidden_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
                     "num_key_value_heads": %d, "intermediate_size": %d, "vocab_size": %d, "tie_word_embeddings": %s,
                     "max_position_embeddings": 8192, "rope_theta": 10000.0, "rms_norm_eps": 1e-6,
                     "hidden_act": "silu", "eos_token_id": 2, "torch_dtype": "bfloat16"}
                    """.formatted(
                            more, architecture, hidden, layers, heads, keyValueHeads, intermediate, vocabulary, tied));
            Files.writeString(directory.resolve("adapter_config.json"), """
                    {"peft_type": "LORA", "r": 16, "lora_alpha": 32, "target_modules": %s}
                    """.formatted(targets));
            return ModelSource.directory(directory);
        }
    }

    static final List<Shape> SHAPES = List.of(
            new Shape("0.5B", "Qwen2ForCausalLM", 896, 24, 14, 2, 4864, 151936, true),
            new Shape("1.1B", "LlamaForCausalLM", 2048, 22, 32, 4, 5632, 32000, false),
            new Shape("3B", "Qwen2ForCausalLM", 2048, 36, 16, 2, 11008, 151936, true),
            new Shape("7B", "Qwen2ForCausalLM", 3584, 28, 28, 4, 18944, 152064, false),
            new Shape("14B", "Qwen2ForCausalLM", 5120, 48, 40, 8, 13824, 152064, false),
            new Shape(
                    "30B-A3B",
                    "Qwen3MoeForCausalLM",
                    2048,
                    48,
                    32,
                    4,
                    6144,
                    151936,
                    false,
                    "\"head_dim\": 128, \"num_experts\": 128, \"num_experts_per_tok\": 8, \"moe_intermediate_size\": 768,",
                    "[\"q_proj\", \"k_proj\", \"v_proj\", \"o_proj\"]"));

    /** A use of a model, with the options that make it small. */
    record Use(String title, List<Workload> work, boolean adapter, UnaryOperator<BackendOptions.Builder> options) {}

    private static final List<Workload> SCORING = List.of(new Workload(Capability.SCORE, 1, 0, 4096, 0));
    private static final List<Workload> TRAINING =
            List.of(new Workload(Capability.GENERATE, 8, 8, 512, 128), new Workload(Capability.TRAIN, 1, 8, 512, 128));

    /** The whole step as one pass, as updates layer by layer need it. */
    private static final List<Workload> ONE_PASS =
            List.of(new Workload(Capability.GENERATE, 8, 8, 512, 128), new Workload(Capability.TRAIN, 8, 8, 512, 128));

    static final List<Use> USES = List.of(
            new Use("scoring FP32", SCORING, false, options -> options),
            new Use("scoring BF16", SCORING, false, options -> options.precision(Precision.BF16)),
            new Use("LoRA BF16", TRAINING, true, options -> options.precision(Precision.BF16)),
            new Use(
                    "LoRA over 8 bits",
                    TRAINING,
                    true,
                    options -> options.precision(Precision.BF16).frozenWeights(FrozenWeights.INT8)),
            new Use("full FP32", TRAINING, false, options -> options),
            new Use("full BF16", TRAINING, false, options -> options.precision(Precision.BF16)),
            new Use(
                    "full BF16, moments BF16",
                    TRAINING,
                    false,
                    options -> options.precision(Precision.BF16).moments(Precision.BF16)),
            new Use(
                    "the same, layer by layer",
                    ONE_PASS,
                    false,
                    options -> options.precision(Precision.BF16)
                            .moments(Precision.BF16)
                            .layerwiseUpdates(true)));

    private static final double GIB = 1 << 30;

    private EstimateMemory() {}

    /** Prints the table; the arguments are backends that estimate, by default {@code native}. */
    public static void main(String[] backends) throws IOException {
        Path folder = Files.createTempDirectory("shapes");
        try {
            for (String backend : backends.length > 0 ? backends : new String[] {"native"}) {
                System.out.println("| `" + backend + "` | "
                        + USES.stream().map(Use::title).collect(Collectors.joining(" | ")) + " |");
                System.out.println("|---|" + "---:|".repeat(USES.size()));
                for (Shape shape : SHAPES) {
                    System.out.println(row(backend, shape.name(), shape.write(folder)));
                }
            }
        } finally {
            delete(folder);
        }
    }

    private static String row(String backend, String name, ModelSource model) {
        return "| " + name + " | "
                + USES.stream()
                        .map(use -> cell(backend, use, use.adapter() ? model.withAdapter(model.directory()) : model))
                        .collect(Collectors.joining(" | "))
                + " |";
    }

    private static String cell(String backend, Use use, ModelSource model) {
        try {
            return String.format(Locale.ROOT, "%,.1f", peak(backend, use, model) / GIB);
        } catch (UnsupportedCapabilityException e) {
            return "–";
        }
    }

    /** Bytes of the largest call, with what the model keeps. */
    static long peak(String name, Use use, ModelSource model) {
        BackendOptions options = use.options()
                .apply(BackendOptions.builder().recomputeActivations(true))
                .build();
        try (Backend backend = Backends.open(name, options)) {
            MemoryEstimate estimate = backend.estimateMemory(model, use.work())
                    .orElseThrow(() -> new IllegalArgumentException(name + " does not estimate memory"));
            return IntStream.range(0, use.work().size())
                    .mapToLong(estimate::peakBytes)
                    .max()
                    .orElseThrow();
        }
    }

    private static void delete(Path folder) throws IOException {
        for (Shape shape : SHAPES) {
            Files.deleteIfExists(folder.resolve(shape.name()).resolve("config.json"));
            Files.deleteIfExists(folder.resolve(shape.name()).resolve("adapter_config.json"));
            Files.deleteIfExists(folder.resolve(shape.name()));
        }
        Files.delete(folder);
    }
}
