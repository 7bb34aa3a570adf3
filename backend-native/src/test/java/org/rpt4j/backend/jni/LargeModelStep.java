package org.rpt4j.backend.jni;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.Workload;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.CheckpointWriter;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigWriter;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightSpec;

/**
 * One step of training of a model in the shape of TinyLlama-1.1B with random weights, for measurements of memory; see
 * README.md. Arguments: a directory for the model, {@code lora}, {@code lora8} (a base in 8
 * bits), {@code full}, {@code full16} (moments in BF16), {@code layerwise} or {@code layerwise16} (updates layer by
 * layer), layers, prompts, rollouts per prompt, tokens per prompt, tokens per rollout.
 */
final class LargeModelStep {

    private static final int VOCABULARY = 32_000;

    private LargeModelStep() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        String mode = arguments[1];
        int[] numbers =
                Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
        ModelSource source = write(directory.resolve("layers-" + numbers[0]), numbers[0]);
        if (mode.startsWith("lora")) {
            Path adapter = source.directory().resolve("adapter");
            if (!Files.exists(adapter)) {
                AdapterWriter.initialize(
                        adapter,
                        source,
                        LoraOptions.builder().rank(16).alpha(32).build(),
                        1);
            }
            source = source.withAdapter(adapter);
        }
        BackendOptions options = BackendOptions.DEFAULTS.toBuilder()
                .precision(Precision.BF16)
                .recomputeActivations(true)
                .moments(mode.endsWith("16") ? Precision.BF16 : Precision.FP32)
                .layerwiseUpdates(mode.startsWith("layerwise"))
                .frozenWeights(mode.equals("lora8") ? FrozenWeights.INT8 : FrozenWeights.PRECISION)
                .build();
        step(source, options, numbers[1], numbers[2], numbers[3], numbers[4]);
    }

    private static ModelSource write(Path directory, int layers) throws IOException {
        ModelConfig config = new ModelConfig(
                Architecture.LLAMA,
                VOCABULARY,
                2048,
                5632,
                layers,
                32,
                4,
                64,
                2048,
                1e-5,
                10_000,
                new RopeScaling.None(),
                false,
                false,
                false,
                false,
                List.of());
        if (!Files.exists(directory.resolve("model.safetensors"))) {
            Path shape = Files.createDirectories(directory.resolveSibling("shape-" + layers));
            Files.writeString(shape.resolve("config.json"), ModelConfigWriter.toJson(config));
            CheckpointWriter.write(directory, shape, WeightLayout.of(config), DType.BF16, LargeModelStep::random);
        }
        return ModelSource.directory(directory);
    }

    /** Uniform with the deviation 0.02; norms are 1. */
    private static FloatBuffer random(WeightSpec spec) {
        float[] values = new float[Math.toIntExact(spec.size())];
        long state = spec.name().hashCode();
        for (int i = 0; i < values.length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            values[i] = spec.decays() ? 0.0346f * ((state >> 40) / (float) (1 << 23)) : 1;
        }
        return FloatBuffer.wrap(values);
    }

    private static void step(
            ModelSource source, BackendOptions options, int prompts, int members, int promptTokens, int tokens)
            throws IOException {
        boolean adapts = source.adapter().isPresent();
        try (NativeBackend backend = new NativeBackend(options)) {
            MemoryEstimate estimate = backend.estimateMemory(
                            source,
                            List.of(
                                    new Workload(Capability.GENERATE, prompts, members, promptTokens, tokens),
                                    new Workload(Capability.LOG_PROBS, prompts, members, promptTokens, tokens),
                                    new Workload(Capability.TRAIN, 1, members, promptTokens, tokens)))
                    .orElseThrow();
            System.out.printf(
                    "estimate of the engine: %d MiB when generating, %s%n", estimate.peakBytes(0) >> 20, estimate);
            try (TrainablePolicy policy = backend.openTrainablePolicy(source);
                    Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
                report(backend, "opened");
                List<RolloutGroup> groups = policy.generate(
                        prompts(prompts, promptTokens),
                        SamplingOptions.builder()
                                .groupSize(members)
                                .temperature(1)
                                .maxTokens(tokens)
                                .seed(1)
                                .build());
                report(backend, "sampled");
                Policy reference = adapts ? policy.withoutAdapter() : policy;
                reference.logProbs(batch(groups));
                report(backend, "log-probabilities");
                for (RolloutGroup group : groups) {
                    TokenBatch batch = batch(List.of(group));
                    double[] weights = new double[batch.completionTokenCount()];
                    Arrays.fill(weights, 1e-3);
                    try (ForwardPass pass = policy.forward(batch)) {
                        pass.backward(TokenValues.of(batch, weights));
                    }
                }
                report(backend, "gradients");
                System.out.println(optimizer.step());
                report(backend, "updated");
            }
        }
    }

    private static List<Prompt> prompts(int count, int tokens) {
        List<Prompt> prompts = new ArrayList<>();
        for (int p = 0; p < count; p++) {
            prompts.add(new Prompt(p, new Random(p).ints(tokens, 0, VOCABULARY).toArray()));
        }
        return prompts;
    }

    private static TokenBatch batch(List<RolloutGroup> groups) {
        TokenBatch.Builder batch = TokenBatch.builder(1);
        groups.forEach(batch::add);
        return batch.build();
    }

    private static void report(NativeBackend backend, String phase) throws IOException {
        String peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElse("");
        System.out.printf(
                "%-18s engine %d MiB, process peak %s, after %d s%n",
                phase,
                backend.usedBytes() >> 20,
                peak.replaceAll("\\s+", " "),
                ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
    }
}
