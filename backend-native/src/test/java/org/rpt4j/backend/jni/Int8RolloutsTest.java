package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Precision;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.RolloutPrecision;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.tck.TinyModel;

/** Rollouts of 8-bit weights: a sampler beside the exact policy, which follows its updates. */
@EnabledIf(Library.BUILT)
class Int8RolloutsTest {

    private static final BackendOptions INT8 =
            BackendOptions.builder().rolloutPrecision(RolloutPrecision.INT8).build();
    private static final OptimizerOptions FAST =
            OptimizerOptions.builder().learningRate(0.01).build();

    @TempDir
    private Path directory;

    @AfterEach
    void clear() {
        System.clearProperty(EngineSettings.INT8);
    }

    @ParameterizedTest
    @EnumSource
    void rolloutsAreThoseOfAnInt8PolicyOfTheSameWeights(TinyModel model) {
        ModelSource source = model.write(directory.resolve("model"));
        Path saved = directory.resolve("saved");
        List<RolloutGroup> groups;
        try (NativeBackend backend = new NativeBackend(INT8);
                TrainablePolicy policy = backend.openTrainablePolicy(source)) {
            Policy sampler = policy.sampler();
            List<RolloutGroup> before = sampler.generate(Batches.prompts(4), Batches.SAMPLING);
            update(policy);
            policy.save(saved);
            groups = sampler.generate(Batches.prompts(4), Batches.SAMPLING);
            assertThat(sampled(groups)).isNotEqualTo(sampled(before));
            assertThat(sampler.version()).isEqualTo(policy.version()).isEqualTo(1);
            assertThat(groups.get(0).rollouts().get(0).policyVersion()).isEqualTo(1);
        }
        System.setProperty(EngineSettings.INT8, "policy");
        try (NativeBackend backend = new NativeBackend(BackendOptions.DEFAULTS);
                Policy policy = backend.openPolicy(ModelSource.directory(saved))) {
            assertThat(sampled(policy.generate(Batches.prompts(4), Batches.SAMPLING)))
                    .containsExactly(sampled(groups));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSamplerAgreesWithItselfAndNotWithThePolicy(Precision precision) {
        ModelSource source = TinyModel.QWEN3.write(directory);
        try (NativeBackend backend =
                        new NativeBackend(INT8.toBuilder().precision(precision).build());
                TrainablePolicy policy = backend.openTrainablePolicy(source)) {
            Policy sampler = policy.sampler();
            List<RolloutGroup> groups = sampler.generate(Batches.prompts(4), Batches.SAMPLING);
            TokenBatch batch = batchOf(groups);
            assertThat(sampler.logProbs(batch).values()).containsExactly(sampled(groups));
            assertThat(difference(policy.logProbs(batch).values(), sampled(groups)))
                    .isBetween(1e-4, 0.1);
        }
    }

    @Test
    void allElseIsExact() {
        ModelSource source = TinyModel.LLAMA.write(directory);
        try (NativeBackend exact = new NativeBackend(BackendOptions.DEFAULTS);
                TrainablePolicy expected = exact.openTrainablePolicy(source);
                NativeBackend backend = new NativeBackend(INT8);
                TrainablePolicy policy = backend.openTrainablePolicy(source)) {
            assertThat(expected.sampler()).isSameAs(expected);
            policy.sampler().generate(Batches.prompts(2), Batches.SAMPLING);
            List<RolloutGroup> groups = policy.generate(Batches.prompts(4), Batches.SAMPLING);
            assertThat(sampled(groups))
                    .containsExactly(sampled(expected.generate(Batches.prompts(4), Batches.SAMPLING)));
            assertThat(policy.logProbs(batchOf(groups)).values()).containsExactly(sampled(groups));
            update(expected);
            update(policy);
            assertThat(policy.logProbs(batchOf(groups)).values())
                    .containsExactly(expected.logProbs(batchOf(groups)).values());
        }
    }

    @Test
    void rolloutsHaveTheSameBitsForAnyThreadsAndAnyCompany() {
        TinyModel.LLAMA.write(directory);
        List<RolloutGroup> first = generate(1, 256, 0, 6);
        assertThat(sampled(generate(3, 256, 0, 6))).containsExactly(sampled(first));
        assertThat(sampled(generate(2, 5, 0, 6))).containsExactly(sampled(first));
        assertThat(sampled(generate(2, 256, 4, 5))).containsExactly(sampled(first.subList(4, 5)));
    }

    private List<RolloutGroup> generate(int threads, int maxSequences, int from, int to) {
        BackendOptions options =
                INT8.toBuilder().threads(threads).maxSequences(maxSequences).build();
        try (NativeBackend backend = new NativeBackend(options);
                TrainablePolicy policy = backend.openTrainablePolicy(ModelSource.directory(directory))) {
            return policy.sampler().generate(Batches.prompts(6).subList(from, to), Batches.SAMPLING);
        }
    }

    @Test
    void anAdapterIsPartOfItsSampler() {
        ModelSource base = TinyModel.LLAMA_BIASED.write(directory.resolve("base"));
        ModelSource adapted = adapted(base);
        try (NativeBackend backend = new NativeBackend(
                        INT8.toBuilder().precision(Precision.BF16).build());
                TrainablePolicy policy = backend.openTrainablePolicy(adapted)) {
            Policy sampler = policy.sampler();
            double[] before = sampler.logProbs(Batches.random(4)).values();
            double[] frozen =
                    policy.withoutAdapter().logProbs(Batches.random(4)).values();
            assertThat(difference(before, frozen)).isBetween(1e-4, 0.1);
            for (int step = 0; step < 5; step++) {
                update(policy);
            }
            assertThat(difference(sampler.logProbs(Batches.random(4)).values(), frozen))
                    .isGreaterThan(0.2);
            assertThat(difference(
                            sampler.logProbs(Batches.random(4)).values(),
                            policy.logProbs(Batches.random(4)).values()))
                    .isBetween(1e-4, 0.1);
        }
    }

    @Test
    void weightsThatHave8BitsAlreadyAreRefused() {
        ModelSource adapted = adapted(TinyModel.LLAMA.write(directory.resolve("base")));
        try (NativeBackend backend = new NativeBackend(
                INT8.toBuilder().frozenWeights(FrozenWeights.INT8).build())) {
            assertThatThrownBy(() -> backend.openTrainablePolicy(adapted))
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContainingAll("rollout-precision INT8", "frozen-weights INT8");
        }
    }

    private ModelSource adapted(ModelSource base) {
        Path adapter = directory.resolve("adapter");
        AdapterWriter.initialize(adapter, base, LoraOptions.builder().rank(4).build(), 3);
        return base.withAdapter(adapter);
    }

    @Test
    void aSamplerEndsWithItsPolicyAndItsSessionsWithTheWeights() {
        ModelSource source = TinyModel.LLAMA.write(directory);
        try (NativeBackend backend = new NativeBackend(INT8)) {
            Policy sampler;
            try (TrainablePolicy policy = backend.openTrainablePolicy(source)) {
                sampler = policy.sampler();
                DecodingSession session = sampler.openSession();
                session.append(1, 5);
                update(policy);
                assertThatThrownBy(() -> session.append(7))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("version 0");
            }
            assertThatThrownBy(() -> sampler.generate(Batches.prompts(1), Batches.SAMPLING))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    private static void update(TrainablePolicy policy) {
        try (Optimizer optimizer = policy.openOptimizer(FAST)) {
            Batches.accumulate(policy, 4);
            optimizer.step();
        }
    }

    private static TokenBatch batchOf(List<RolloutGroup> groups) {
        TokenBatch.Builder batch = TokenBatch.builder(Batches.SAMPLING.logProbTemperature());
        groups.forEach(batch::add);
        return batch.build();
    }

    private static double[] sampled(List<RolloutGroup> groups) {
        return groups.stream()
                .flatMap(group -> group.rollouts().stream())
                .flatMapToDouble(rollout -> Arrays.stream(rollout.logProbs()))
                .toArray();
    }

    private static double difference(double[] a, double[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                .average()
                .orElseThrow();
    }
}
