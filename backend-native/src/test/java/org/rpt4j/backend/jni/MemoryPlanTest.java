package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.MemoryUse;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.RolloutPrecision;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.Workload;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.CheckpointInitializer;
import org.rpt4j.model.format.DecoderSwitches;
import org.rpt4j.model.format.Experts;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;

/** The estimate matches the engine's own count, for a model of 4.6 million parameters. */
@EnabledIf(Library.BUILT)
class MemoryPlanTest {

    /** An estimate may differ from the measurement by 20 %, but the engine's blocks are known much better. */
    private static final Percentage ROUNDING = Percentage.withPercentage(2);

    private static final Workload TRAIN = new Workload(Capability.TRAIN, 3, 4, 70, 50);
    private static final Workload GENERATE = new Workload(Capability.GENERATE, 5, 8, 90, 60);
    private static final Workload LOG_PROBS = new Workload(Capability.LOG_PROBS, 40, 2, 60, 40);
    private static final Workload SCORE = new Workload(Capability.SCORE, 60, 0, 200, 0);

    @TempDir
    private static Path directory;

    private static ModelSource source;

    @BeforeAll
    static void write() {
        ModelConfig config = new ModelConfig(
                Architecture.QWEN3,
                6000,
                192,
                500,
                6,
                6,
                2,
                40,
                300,
                1e-5,
                10_000,
                new RopeScaling.None(),
                false,
                false,
                false,
                true,
                List.of());
        CheckpointInitializer.initialize(directory, config, 1);
        source = ModelSource.directory(directory);
    }

    @AfterEach
    void clear() {
        System.clearProperty(EngineSettings.MEMORY);
    }

    private static NativeBackend open(Precision precision, boolean recompute, int threads) {
        return open(precision, recompute, threads, Precision.FP32);
    }

    private static NativeBackend open(Precision precision, boolean recompute, int threads, Precision moments) {
        return new NativeBackend(BackendOptions.DEFAULTS.toBuilder()
                .threads(threads)
                .precision(precision)
                .recomputeActivations(recompute)
                .moments(moments)
                .maxSequences(24)
                .build());
    }

    @ParameterizedTest
    @CsvSource({"FP32, false, 1, FP32", "FP32, true, 2, BF16", "BF16, false, 2, BF16", "BF16, true, 1, FP32"})
    void trainingAndRollouts(Precision precision, boolean recompute, int threads, Precision moments) {
        try (NativeBackend backend = open(precision, recompute, threads, moments)) {
            MemoryEstimate estimate = estimate(backend, GENERATE, TRAIN);
            try (TrainablePolicy policy = backend.openTrainablePolicy(source);
                    Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
                trainOn(policy, TRAIN);
                optimizer.step();
                long rollouts = peakOfGenerate(backend, policy, GENERATE);
                assertClose(estimate.keptBytes(), backend.usedBytes());
                assertClose(estimate.peakBytes(0), rollouts);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void rolloutsOf8BitWeights(Precision precision) {
        BackendOptions options = BackendOptions.DEFAULTS.toBuilder()
                .threads(2)
                .precision(precision)
                .rolloutPrecision(RolloutPrecision.INT8)
                .maxSequences(24)
                .build();
        try (NativeBackend backend = new NativeBackend(options)) {
            MemoryEstimate estimate = estimate(backend, GENERATE, TRAIN);
            try (TrainablePolicy policy = backend.openTrainablePolicy(source);
                    Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
                trainOn(policy, TRAIN);
                optimizer.step();
                long rollouts = peakOfGenerate(backend, policy.sampler(), GENERATE);
                assertClose(estimate.keptBytes(), backend.usedBytes());
                assertClose(estimate.peakBytes(0), rollouts);
            }
        }
    }

    /** Prompts and completions longer than a part of a divided pass. */
    @ParameterizedTest
    @CsvSource({"FP32, 1, 40, 100", "BF16, 1, 12, 260", "BF16, 6, 9, 40"})
    void trainingInParts(Precision precision, int prompts, int completions, int tokens) {
        Workload train = new Workload(Capability.TRAIN, prompts, completions, 30, tokens);
        try (NativeBackend backend = open(precision, true, 2)) {
            MemoryEstimate estimate = estimate(backend, train);
            try (TrainablePolicy policy = backend.openTrainablePolicy(source);
                    Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
                trainOn(policy, train);
                optimizer.step();
                assertClose(estimate.keptBytes(), backend.usedBytes());
            }
        }
    }

    /** Of a model whose head is its embedding, and of one whose head is not. */
    @ParameterizedTest
    @CsvSource({"FP32, true, true, 20", "BF16, false, true, 60", "BF16, false, false, 20", "FP32, true, false, 20"})
    void trainingLayerByLayer(Precision precision, boolean tied, boolean recompute, int completions) {
        Workload train = new Workload(Capability.TRAIN, 2, completions, 30, 40);
        BackendOptions options = BackendOptions.DEFAULTS.toBuilder()
                .threads(2)
                .precision(precision)
                .recomputeActivations(recompute)
                .layerwiseUpdates(true)
                .build();
        ModelSource model = tied ? source : untied(directory.resolve("untied"));
        try (NativeBackend backend = new NativeBackend(options)) {
            MemoryEstimate estimate =
                    backend.estimateMemory(model, List.of(train)).orElseThrow();
            long parameters;
            try (TrainablePolicy policy = backend.openTrainablePolicy(model);
                    Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
                trainOn(policy, train);
                optimizer.step();
                parameters = policy.description().parameterCount();
                assertClose(estimate.keptBytes(), backend.usedBytes());
            }
            assertThat(estimate.kept().get(MemoryUse.GRADIENTS)).isLessThan(Float.BYTES * parameters / 2);
        }
    }

    private static ModelSource untied(Path target) {
        if (!Files.exists(target)) {
            ModelConfig config = new ModelConfig(
                    Architecture.LLAMA,
                    6000,
                    192,
                    900,
                    5,
                    6,
                    2,
                    32,
                    300,
                    1e-5,
                    10_000,
                    new RopeScaling.None(),
                    false,
                    false,
                    false,
                    false,
                    List.of());
            CheckpointInitializer.initialize(target, config, 2);
        }
        return ModelSource.directory(target);
    }

    @ParameterizedTest
    @CsvSource({
        "FP32, PRECISION, false, 1",
        "FP32, PRECISION, true, 2",
        "BF16, PRECISION, true, 1",
        "BF16, INT8, false, 2"
    })
    void trainingOfAnAdapter(Precision precision, FrozenWeights frozen, boolean recompute, int threads) {
        Path adapter = directory.resolve("adapter-" + precision + frozen + recompute);
        LoraOptions lora = LoraOptions.builder()
                .rank(recompute ? 60 : 5)
                .targets(recompute ? List.of("q_proj", "down_proj") : LoraOptions.allTargets())
                .build();
        AdapterWriter.initialize(adapter, source, lora, 7);
        BackendOptions options = BackendOptions.DEFAULTS.toBuilder()
                .threads(threads)
                .precision(precision)
                .frozenWeights(frozen)
                .recomputeActivations(recompute)
                .build();
        ModelSource adapted = source.withAdapter(adapter);
        try (NativeBackend backend = new NativeBackend(options)) {
            MemoryEstimate estimate =
                    backend.estimateMemory(adapted, List.of(GENERATE, TRAIN)).orElseThrow();
            try (TrainablePolicy policy = backend.openTrainablePolicy(adapted);
                    Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
                trainOn(policy, TRAIN);
                optimizer.step();
                long rollouts = peakOfGenerate(backend, policy, GENERATE);
                assertClose(estimate.keptBytes(), backend.usedBytes());
                assertClose(estimate.peakBytes(0), rollouts);
            }
        }
    }

    /** Experts in all layers, or between layers without; all weights trained, or an adapter over 8 bits. */
    @ParameterizedTest
    @CsvSource({"FP32, false, false, 1", "BF16, true, true, 2", "BF16, false, true, 2"})
    void trainingOfExperts(Precision precision, boolean mixed, boolean recompute, int threads) {
        ModelSource experts = experts(directory.resolve("experts-" + mixed), mixed);
        try (NativeBackend backend = open(precision, recompute, threads)) {
            MemoryEstimate estimate =
                    backend.estimateMemory(experts, List.of(GENERATE, TRAIN)).orElseThrow();
            try (TrainablePolicy policy = backend.openTrainablePolicy(experts);
                    Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
                trainOn(policy, TRAIN);
                optimizer.step();
                long rollouts = peakOfGenerate(backend, policy, GENERATE);
                assertClose(estimate.keptBytes(), backend.usedBytes());
                assertClose(estimate.peakBytes(0), rollouts);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"PRECISION, false", "INT8, true"})
    void trainingOfAnAdapterOverExperts(FrozenWeights frozen, boolean mixed) {
        ModelSource base = experts(directory.resolve("experts-" + mixed), mixed);
        Path adapter = directory.resolve("attention-" + frozen + mixed);
        LoraOptions attention = LoraOptions.builder()
                .targets(List.of("q_proj", "k_proj", "v_proj", "o_proj"))
                .build();
        AdapterWriter.initialize(adapter, base, attention, 7);
        BackendOptions options = BackendOptions.DEFAULTS.toBuilder()
                .threads(2)
                .precision(Precision.BF16)
                .frozenWeights(frozen)
                .build();
        ModelSource adapted = base.withAdapter(adapter);
        try (NativeBackend backend = new NativeBackend(options)) {
            MemoryEstimate estimate =
                    backend.estimateMemory(adapted, List.of(TRAIN)).orElseThrow();
            try (TrainablePolicy policy = backend.openTrainablePolicy(adapted);
                    Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
                trainOn(policy, TRAIN);
                optimizer.step();
                assertClose(estimate.keptBytes(), backend.usedBytes());
            }
        }
    }

    private static ModelSource experts(Path target, boolean mixed) {
        if (!Files.exists(target)) {
            Experts experts = new Experts(9, 2, 150, true, mixed ? Set.of(2) : Set.of());
            ModelConfig config = new ModelConfig(
                    Architecture.QWEN3_MOE,
                    6000,
                    192,
                    500,
                    4,
                    6,
                    2,
                    40,
                    300,
                    1e-5,
                    10_000,
                    new RopeScaling.None(),
                    false,
                    false,
                    false,
                    true,
                    List.of(),
                    DecoderSwitches.builder(4, 40).experts(experts).build());
            CheckpointInitializer.initialize(target, config, 3);
        }
        return ModelSource.directory(target);
    }

    @ParameterizedTest
    @CsvSource({"FP32", "BF16"})
    void logProbabilitiesOfAReference(Precision precision) {
        try (NativeBackend backend = open(precision, false, 2)) {
            MemoryEstimate estimate = estimate(backend, LOG_PROBS);
            try (Policy policy = backend.openPolicy(source)) {
                policy.logProbs(batch(LOG_PROBS));
                assertClose(estimate.peakBytes(0), backend.usedBytes());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FP32", "BF16"})
    void scoring(Precision precision) {
        try (NativeBackend backend = open(precision, false, 2)) {
            MemoryEstimate estimate = estimate(backend, SCORE);
            try (ProxyScorer scorer = backend.openProxyScorer(source)) {
                Random random = new Random(3);
                List<int[]> sequences = new ArrayList<>();
                for (int i = 0; i < SCORE.prompts(); i++) {
                    sequences.add(random.ints(SCORE.promptTokens(), 0, 6000).toArray());
                }
                scorer.score(sequences, ScoringOptions.DEFAULTS);
                assertClose(estimate.peakBytes(0), backend.usedBytes());
            }
        }
    }

    @Test
    void aShortBudgetIsForFewerRolloutsAtATime() {
        System.setProperty(EngineSettings.MEMORY, "58m");
        try (NativeBackend backend = open(Precision.FP32, false, 1)) {
            MemoryEstimate estimate = estimate(backend, GENERATE);
            assertThat(estimate.limit())
                    .get()
                    .extracting(MemoryEstimate.Limit::bytes)
                    .isEqualTo(58L << 20);
            assertThat(estimate.peakBytes(0)).isLessThanOrEqualTo(58L << 20);
            try (Policy policy = backend.openPolicy(source)) {
                assertClose(estimate.peakBytes(0), peakOfGenerate(backend, policy, GENERATE));
            }
        }
    }

    private static MemoryEstimate estimate(NativeBackend backend, Workload... work) {
        return backend.estimateMemory(source, List.of(work)).orElseThrow();
    }

    private static void assertClose(long estimate, long measured) {
        assertThat(estimate).isCloseTo(measured, ROUNDING).isGreaterThanOrEqualTo(measured);
    }

    private static TokenBatch batch(Workload work) {
        Random random = new Random(5);
        TokenBatch.Builder builder = TokenBatch.builder(1);
        for (int p = 0; p < work.prompts(); p++) {
            List<int[]> completions = new ArrayList<>();
            for (int c = 0; c < work.completions(); c++) {
                completions.add(random.ints(work.completionTokens(), 0, 6000).toArray());
            }
            builder.add(random.ints(work.promptTokens(), 0, 6000).toArray(), completions);
        }
        return builder.build();
    }

    private static void trainOn(TrainablePolicy policy, Workload work) {
        TokenBatch batch = batch(work);
        double[] weights = new double[batch.completionTokenCount()];
        Arrays.fill(weights, 1e-3);
        try (ForwardPass pass = policy.forward(batch)) {
            pass.backward(TokenValues.of(batch, weights));
        }
    }

    /** Reads the engine's count after each token of each rollout. */
    private static long peakOfGenerate(NativeBackend backend, Policy policy, Workload work) {
        AtomicLong peak = new AtomicLong();
        StopCondition watch = () -> token -> {
            peak.accumulateAndGet(backend.usedBytes(), Math::max);
            return false;
        };
        Random random = new Random(7);
        List<Prompt> prompts = new ArrayList<>();
        for (int p = 0; p < work.prompts(); p++) {
            prompts.add(new Prompt(p, random.ints(work.promptTokens(), 0, 6000).toArray()));
        }
        policy.generate(
                prompts,
                SamplingOptions.builder()
                        .groupSize(work.completions())
                        .temperature(1)
                        .maxTokens(work.completionTokens())
                        .stopCondition(watch)
                        .seed(1)
                        .build());
        return peak.get();
    }
}
