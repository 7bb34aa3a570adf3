package org.rpt4j.samples.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Workload;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.spi.Backends;

/**
 * What a model needs before it is downloaded: an estimate needs its {@code config.json} alone, and that of
 * an adapter its files. Prints the table of
 * {@code docs/your-own-model.md}, in GiB, for published shapes: scoring windows of 4,096 tokens, and training of an
 * adapter of rank 16 and of all weights, with 8 prompts of 512 tokens and 8 rollouts of 128 tokens each, in passes of one
 * prompt and with recomputed activations.
 */
public final class EstimateMemory {

    /** A published shape: Qwen2.5, and TinyLlama for 1B. */
    record Shape(
            String name,
            String architecture,
            int hidden,
            int layers,
            int heads,
            int keyValueHeads,
            int intermediate,
            int vocabulary,
            boolean tied) {

        /** Writes the file that describes the model; returns the model. */
        ModelSource write(Path folder) throws IOException {
            Path directory = Files.createDirectories(folder.resolve(name));
            Files.writeString(directory.resolve("config.json"), """
                    {"architectures": ["%s"], "hidden_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
                     "num_key_value_heads": %d, "intermediate_size": %d, "vocab_size": %d, "tie_word_embeddings": %s,
                     "max_position_embeddings": 8192, "rope_theta": 10000.0, "rms_norm_eps": 1e-6,
                     "hidden_act": "silu", "eos_token_id": 2}
                    """.formatted(
                            architecture, hidden, layers, heads, keyValueHeads, intermediate, vocabulary, tied));
            return ModelSource.directory(directory);
        }
    }

    static final List<Shape> SHAPES = List.of(
            new Shape("0.5B", "Qwen2ForCausalLM", 896, 24, 14, 2, 4864, 151936, true),
            new Shape("1.1B", "LlamaForCausalLM", 2048, 22, 32, 4, 5632, 32000, false),
            new Shape("3B", "Qwen2ForCausalLM", 2048, 36, 16, 2, 11008, 151936, true),
            new Shape("7B", "Qwen2ForCausalLM", 3584, 28, 28, 4, 18944, 152064, false),
            new Shape("14B", "Qwen2ForCausalLM", 5120, 48, 40, 8, 13824, 152064, false));

    private static final Workload SCORING = new Workload(Capability.SCORE, 1, 0, 4096, 0);
    private static final List<Workload> TRAINING =
            List.of(new Workload(Capability.GENERATE, 8, 8, 512, 128), new Workload(Capability.TRAIN, 1, 8, 512, 128));
    private static final double GIB = 1 << 30;

    private EstimateMemory() {}

    /** Prints the table; the arguments are backends that estimate, by default {@code native}. */
    public static void main(String[] backends) throws IOException {
        Path folder = Files.createTempDirectory("shapes");
        try {
            for (String backend : backends.length > 0 ? backends : new String[] {"native"}) {
                System.out.println(
                        "| `" + backend + "` | scoring FP32 | scoring BF16 | LoRA FP32 | LoRA BF16 | LoRA INT8"
                                + " | full training FP32 | full training BF16 |");
                System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
                for (Shape shape : SHAPES) {
                    System.out.println(row(backend, shape, folder));
                }
            }
        } finally {
            delete(folder);
        }
    }

    static String row(String backend, Shape shape, Path folder) throws IOException {
        ModelSource model = shape.write(folder);
        Path adapter = model.directory().resolve("adapter");
        if (Files.notExists(adapter)) {
            AdapterWriter.initialize(adapter, model, LoraOptions.DEFAULTS, 0);
        }
        ModelSource adapted = model.withAdapter(adapter);
        BackendOptions full =
                BackendOptions.builder().recomputeActivations(true).build();
        BackendOptions half = full.toBuilder().precision(Precision.BF16).build();
        BackendOptions rounded =
                half.toBuilder().frozenWeights(FrozenWeights.INT8).build();
        return Stream.of(
                        cell(backend, full, model, List.of(SCORING)),
                        cell(backend, half, model, List.of(SCORING)),
                        cell(backend, full, adapted, TRAINING),
                        cell(backend, half, adapted, TRAINING),
                        cell(backend, rounded, adapted, TRAINING),
                        cell(backend, full, model, TRAINING),
                        cell(backend, half, model, TRAINING))
                .collect(Collectors.joining(" | ", "| " + shape.name() + " | ", " |"));
    }

    private static String cell(String backend, BackendOptions options, ModelSource model, List<Workload> work) {
        try {
            return String.format(Locale.ROOT, "%,.1f", peak(backend, options, model, work) / GIB);
        } catch (UnsupportedCapabilityException e) {
            return "no";
        }
    }

    /** Bytes of the largest call, with what the model keeps. */
    static long peak(String name, BackendOptions options, ModelSource model, List<Workload> work) {
        try (Backend backend = Backends.open(name, options)) {
            MemoryEstimate estimate = backend.estimateMemory(model, work)
                    .orElseThrow(() -> new IllegalArgumentException(name + " does not estimate memory"));
            return IntStream.range(0, work.size())
                    .mapToLong(estimate::peakBytes)
                    .max()
                    .orElseThrow();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
