package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Precision;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.Workload;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.tck.reference.ReferencePolicy;
import org.rpt4j.testdata.GgufBlocks;
import org.rpt4j.testdata.GgufModels;

/** 8-bit policies of GGUF files: those in Q8_0, Q4_0, Q5_0 and Q3_K keep every weight, in little more than a byte. */
@EnabledIf(Library.BUILT)
class BlocksOfAFileTest {

    private static final Workload WORK = new Workload(Capability.LOG_PROBS, 3, 2, 30, 20);

    @TempDir
    private Path directory;

    @BeforeEach
    void ask() {
        System.setProperty(EngineSettings.INT8, "policy");
    }

    @AfterEach
    void clear() {
        System.clearProperty(EngineSettings.INT8);
    }

    private ModelSource write(boolean tied, GgufBlocks type) throws IOException {
        ModelConfig c = GgufModels.wide(Architecture.LLAMA);
        ModelConfig config = new ModelConfig(
                c.architecture(),
                400,
                c.hiddenSize(),
                c.intermediateSize(),
                c.layers(),
                c.heads(),
                c.keyValueHeads(),
                c.headSize(),
                c.contextLength(),
                c.normEpsilon(),
                c.ropeTheta(),
                c.ropeScaling(),
                tied,
                c.queryBias(),
                c.outputBias(),
                c.queryKeyNorm(),
                c.endTokens());
        Path file = directory.resolve(type + ".gguf");
        GgufModels.write(config, type, directory.resolve(type.name())).write(file);
        return ModelSource.directory(file);
    }

    private static TokenBatch batch() {
        Random random = new Random(4);
        TokenBatch.Builder batch = TokenBatch.builder(1);
        for (int p = 0; p < WORK.prompts(); p++) {
            List<int[]> completions = new ArrayList<>();
            for (int c = 0; c < WORK.completions(); c++) {
                completions.add(random.ints(WORK.completionTokens(), 0, 400).toArray());
            }
            batch.add(random.ints(WORK.promptTokens(), 0, 400).toArray(), completions);
        }
        return batch.build();
    }

    private static double meanDifference(double[] a, double[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                .average()
                .orElseThrow();
    }

    /** Bytes of a policy, beside the rotary table, for each of its parameters. */
    private static double bytesPerParameter(ModelSource source, Precision precision) {
        try (NativeBackend backend = new NativeBackend(
                        BackendOptions.DEFAULTS.toBuilder().precision(precision).build());
                Policy policy = backend.openPolicy(source)) {
            int rotary = Float.BYTES * 128 * 64;
            return (double) (backend.usedBytes() - rotary)
                    / policy.description().parameterCount();
        }
    }

    /** Panels of 48 columns are padded: 400 rows take the place of 432, and 256 that of 288. */
    @Test
    void aFileInQ8TakesLittleMoreThanAByteForEachWeight() throws IOException {
        ModelSource blocks = write(true, GgufBlocks.Q8_0);
        ModelSource halves = write(true, GgufBlocks.BF16);
        assertThat(bytesPerParameter(blocks, Precision.FP32)).isBetween(1.18, 1.4);
        System.clearProperty(EngineSettings.INT8);
        assertThat(bytesPerParameter(blocks, Precision.FP32)).isBetween(4.0, 4.7);
        assertThat(bytesPerParameter(halves, Precision.BF16)).isBetween(2.0, 2.4);
        // Q8_0 is no bfloat16: the embedding needs rows of its own in single precision.
        assertThat(bytesPerParameter(blocks, Precision.BF16)).isBetween(2.4, 3.2);
    }

    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q4_0", "Q5_0", "Q3_K"})
    void logProbabilitiesAreThoseOfTheFileButForRoundedActivations(GgufBlocks type) throws IOException {
        ModelSource source = write(false, type);
        ModelSource checkpoint = ModelSource.directory(directory.resolve(type.name()));
        try (NativeBackend backend = new NativeBackend(BackendOptions.DEFAULTS);
                Policy policy = backend.openPolicy(source);
                Policy dequantised = backend.openPolicy(checkpoint);
                ReferencePolicy reference = new ReferencePolicy(source)) {
            TokenBatch batch = batch();
            double[] exact = reference.logProbs(batch).values();
            double[] blocks = policy.logProbs(batch).values();
            assertThat(meanDifference(exact, blocks)).isBetween(1e-5, 0.05);
            // A checkpoint with the same numbers has the same bits, since they are what tells.
            assertThat(dequantised.logProbs(batch).values()).containsExactly(blocks);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Q8_0, true",
        "Q8_0, false",
        "Q4_0, true",
        "Q5_0, true",
        "Q3_K, false",
        "Q6_K, true",
        "BF16, true",
        "BF16, false",
        "F16, true"
    })
    void theEstimateKnowsHowAFileStoresItsWeights(GgufBlocks type, boolean tied) throws IOException {
        ModelSource source = write(tied, type);
        for (boolean int8 : new boolean[] {true, false}) {
            System.setProperty(EngineSettings.INT8, int8 ? "policy" : "scorer");
            for (Precision precision : Precision.values()) {
                requireEstimate(source, precision, 4);
                // The same numbers in single precision, whose headers do not tell that they are blocks.
                requireEstimate(ModelSource.directory(directory.resolve(type.name())), precision, 20);
            }
        }
    }

    private static void requireEstimate(ModelSource source, Precision precision, double percent) {
        try (NativeBackend backend = new NativeBackend(
                        BackendOptions.DEFAULTS.toBuilder().precision(precision).build());
                Policy policy = backend.openPolicy(source)) {
            policy.logProbs(batch());
            long estimate =
                    backend.estimateMemory(source, List.of(WORK)).orElseThrow().peakBytes(0);
            assertThat(estimate).isCloseTo(backend.usedBytes(), Percentage.withPercentage(percent));
        }
    }

    @Test
    void anAdapterIsTrainedOverTheWeightsOfTheFile() throws IOException {
        ModelSource base = write(false, GgufBlocks.Q8_0);
        Path adapter = directory.resolve("adapter");
        AdapterWriter.initialize(adapter, base, LoraOptions.builder().rank(4).build(), 3);
        BackendOptions options = BackendOptions.DEFAULTS.toBuilder()
                .frozenWeights(FrozenWeights.INT8)
                .build();
        TokenBatch batch = batch();
        double[] weights = new double[batch.completionTokenCount()];
        Arrays.fill(weights, -1.0 / weights.length);
        try (NativeBackend backend = new NativeBackend(options);
                TrainablePolicy policy = backend.openTrainablePolicy(base.withAdapter(adapter));
                ReferencePolicy reference = new ReferencePolicy(base);
                Optimizer optimizer = policy.openOptimizer(
                        OptimizerOptions.builder().learningRate(1e-2).build())) {
            double[] before = policy.logProbs(batch).values();
            assertThat(meanDifference(reference.logProbs(batch).values(), before))
                    .isBetween(1e-5, 0.05);
            for (int step = 0; step < 5; step++) {
                try (ForwardPass pass = policy.forward(batch)) {
                    pass.backward(TokenValues.of(batch, weights));
                }
                assertThat(optimizer.step().applied()).isTrue();
            }
            double[] after = policy.logProbs(batch).values();
            assertThat(Arrays.stream(after).sum())
                    .isGreaterThan(Arrays.stream(before).sum() + 0.1 * weights.length);
            assertThat(policy.withoutAdapter().logProbs(batch).values()).containsExactly(before);
        }
    }
}
