package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.tck.TinyFamily;
import org.rpt4j.tck.reference.ReferenceProxyScorer;

/** Experts: the same bits in any company, in every precision, frozen or trained, whole or layer by layer. */
@EnabledIf(Library.BUILT)
class ExpertsTest {

    private static final TokenBatch BATCH = Batches.random(4);

    @TempDir
    private Path directory;

    @AfterEach
    void clear() {
        System.clearProperty(EngineSettings.INT8);
    }

    private static BackendOptions.Builder options(Precision precision) {
        return BackendOptions.DEFAULTS.toBuilder().precision(precision);
    }

    private List<RolloutGroup> generate(BackendOptions options, List<Prompt> prompts) {
        try (NativeBackend backend = new NativeBackend(options);
                Policy policy = backend.openPolicy(ModelSource.directory(directory))) {
            return policy.generate(prompts, Batches.SAMPLING);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rolloutsHaveTheSameBitsInAnyCompany(Precision precision) {
        TinyFamily.QWEN3_MOE_MIXED.write(directory);
        List<RolloutGroup> first = generate(options(precision).threads(1).build(), Batches.prompts(6));
        assertThat(generate(options(precision).threads(3).maxSequences(3).build(), Batches.prompts(6)))
                .usingRecursiveComparison()
                .isEqualTo(first);
        assertThat(generate(
                        options(precision).threads(2).build(),
                        Batches.prompts(6).subList(4, 5)))
                .usingRecursiveComparison()
                .isEqualTo(first.subList(4, 5));
    }

    @ParameterizedTest
    @EnumSource
    void samplerTrainerAndFrozenPolicyHaveTheSameBits(Precision precision) {
        ModelSource source = TinyFamily.QWEN3_MOE.write(directory);
        try (NativeBackend backend =
                        new NativeBackend(options(precision).threads(2).build());
                TrainablePolicy policy = backend.openTrainablePolicy(source);
                Policy frozen = backend.openPolicy(source)) {
            List<RolloutGroup> groups = policy.generate(Batches.prompts(4), Batches.SAMPLING);
            TokenBatch.Builder batch = TokenBatch.builder(1);
            groups.forEach(batch::add);
            double[] sampled = groups.stream()
                    .flatMap(group -> group.rollouts().stream())
                    .flatMapToDouble(rollout -> Arrays.stream(rollout.logProbs()))
                    .toArray();
            TokenBatch built = batch.build();
            assertThat(policy.logProbs(built).values()).containsExactly(sampled);
            assertThat(frozen.logProbs(built).values()).containsExactly(sampled);
            try (ForwardPass pass = policy.forward(built)) {
                assertThat(pass.logProbs().values()).containsExactly(sampled);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FP32, false", "BF16, true"})
    void trainedWeightsHaveTheSameBitsForAnyThreadsAndLayerByLayer(Precision precision, boolean recompute)
            throws IOException {
        TinyFamily.QWEN3_MOE_MIXED.write(directory.resolve("model"));
        BackendOptions.Builder options = options(precision).recomputeActivations(recompute);
        byte[] one = train(options.threads(1).build());
        assertThat(train(options.threads(3).build())).isEqualTo(one);
        assertThat(train(options.layerwiseUpdates(true).build())).isEqualTo(one);
    }

    private byte[] train(BackendOptions options) throws IOException {
        Path target = directory.resolve("trained");
        try (NativeBackend backend = new NativeBackend(options);
                TrainablePolicy policy =
                        backend.openTrainablePolicy(ModelSource.directory(directory.resolve("model")));
                Optimizer optimizer = policy.openOptimizer(
                        OptimizerOptions.PAPER.toBuilder().learningRate(1e-2).build())) {
            for (int step = 0; step < 3; step++) {
                Batches.accumulate(policy, step);
                assertThat(optimizer.step().applied()).isTrue();
            }
            policy.save(target);
            return Files.readAllBytes(target.resolve("model.safetensors"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAdapterOfAttentionLearnsOverAnyBase(FrozenWeights held) {
        ModelSource base = TinyFamily.QWEN3_MOE.write(directory.resolve("base"));
        LoraOptions attention = LoraOptions.builder()
                .rank(4)
                .targets(List.of("q_proj", "k_proj", "v_proj", "o_proj"))
                .build();
        AdapterWriter.initialize(directory.resolve("adapter"), base, attention, 3);
        try (NativeBackend backend = new NativeBackend(
                        options(Precision.BF16).frozenWeights(held).build());
                TrainablePolicy policy = backend.openTrainablePolicy(base.withAdapter(directory.resolve("adapter")))) {
            double[] before = policy.withoutAdapter().logProbs(BATCH).values();
            try (Optimizer optimizer = policy.openOptimizer(
                    OptimizerOptions.builder().learningRate(0.02).build())) {
                for (int step = 0; step < 10; step++) {
                    try (ForwardPass pass = policy.forward(BATCH)) {
                        double[] weights = new double[BATCH.completionTokenCount()];
                        Arrays.fill(weights, -1);
                        pass.backward(TokenValues.of(BATCH, weights));
                    }
                    optimizer.step();
                }
            }
            assertThat(Arrays.stream(policy.logProbs(BATCH).values()).sum())
                    .isGreaterThan(Arrays.stream(before).sum() + 1);
            assertThat(policy.withoutAdapter().logProbs(BATCH).values()).containsExactly(before);
        }
    }

    @Test
    void scoresIn8BitsAreNearTheReference() {
        System.setProperty(EngineSettings.INT8, "policy, scorer");
        ModelSource source = TinyFamily.QWEN3_MOE.write(directory);
        ScoringOptions scoring = ScoringOptions.builder().topK(16).build();
        List<int[]> texts = IntStream.range(0, 6)
                .mapToObj(i -> new Random(i).ints(20, 0, Batches.VOCABULARY).toArray())
                .toList();
        try (ReferenceProxyScorer reference = new ReferenceProxyScorer(source);
                NativeBackend backend = new NativeBackend(BackendOptions.DEFAULTS);
                ProxyScorer scorer = backend.openProxyScorer(source)) {
            double expected = meanEntropy(reference.score(texts, scoring));
            double actual = meanEntropy(scorer.score(texts, scoring));
            assertThat(actual).isNotEqualTo(expected).isCloseTo(expected, within(0.05));
        }
    }

    private static double meanEntropy(List<TokenScores> scores) {
        return scores.stream()
                .flatMapToDouble(each -> Arrays.stream(each.entropy()))
                .average()
                .orElseThrow();
    }
}
