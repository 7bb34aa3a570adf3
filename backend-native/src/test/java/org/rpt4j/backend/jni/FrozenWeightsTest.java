package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Precision;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.tck.TinyModel;

/** Models whose weights are not trained: as policies, and under an adapter, in 8 bits, too. */
@EnabledIf(Library.BUILT)
class FrozenWeightsTest {

    private static final TokenBatch BATCH = Batches.random(4);

    @TempDir
    private Path directory;

    private ModelSource base;
    private ModelSource adapted;

    @BeforeEach
    void write() {
        base = TinyModel.LLAMA_BIASED.write(directory.resolve("base"));
        Path adapter = directory.resolve("adapter");
        AdapterWriter.initialize(adapter, base, LoraOptions.builder().rank(4).build(), 3);
        adapted = base.withAdapter(adapter);
    }

    private static BackendOptions options(Precision precision, FrozenWeights frozen) {
        return BackendOptions.DEFAULTS.toBuilder()
                .precision(precision)
                .frozenWeights(frozen)
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void aPolicyThatIsNotTrainedHasTheBitsOfOneThatIs(Precision precision) {
        try (NativeBackend backend = new NativeBackend(options(precision, FrozenWeights.PRECISION));
                Policy frozen = backend.openPolicy(base);
                TrainablePolicy trainable = backend.openTrainablePolicy(base);
                TrainablePolicy adapter = backend.openTrainablePolicy(adapted)) {
            double[] expected = trainable.logProbs(BATCH).values();
            assertThat(frozen.logProbs(BATCH).values()).containsExactly(expected);
            // A new adapter changes nothing.
            assertThat(adapter.logProbs(BATCH).values()).containsExactly(expected);
            assertThat(adapter.withoutAdapter().logProbs(BATCH).values()).containsExactly(expected);
            List<RolloutGroup> rollouts = trainable.generate(Batches.prompts(3), Batches.SAMPLING);
            assertThat(frozen.generate(Batches.prompts(3), Batches.SAMPLING))
                    .usingRecursiveComparison()
                    .isEqualTo(rollouts);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAdapterLearnsOverAnyBase(FrozenWeights held) {
        try (NativeBackend backend = new NativeBackend(options(Precision.BF16, held));
                TrainablePolicy policy = backend.openTrainablePolicy(adapted)) {
            double[] base = policy.withoutAdapter().logProbs(BATCH).values();
            double before = Arrays.stream(base).sum();
            try (Optimizer optimizer = policy.openOptimizer(
                    OptimizerOptions.builder().learningRate(0.01).build())) {
                for (int step = 0; step < 10; step++) {
                    try (ForwardPass pass = policy.forward(BATCH)) {
                        double[] weights = new double[BATCH.completionTokenCount()];
                        Arrays.fill(weights, -1);
                        pass.backward(TokenValues.of(BATCH, weights));
                    }
                    optimizer.step();
                }
            }
            assertThat(sum(policy)).isGreaterThan(before + 1);
            assertThat(policy.withoutAdapter().logProbs(BATCH).values()).containsExactly(base);
        }
    }

    private static double sum(Policy policy) {
        return DoubleStream.of(policy.logProbs(BATCH).values()).sum();
    }

    @Test
    void samplerAndTrainerAgreeOverABaseIn8Bits() {
        try (NativeBackend backend = new NativeBackend(options(Precision.FP32, FrozenWeights.INT8));
                NativeBackend exact = new NativeBackend(options(Precision.FP32, FrozenWeights.PRECISION));
                TrainablePolicy policy = backend.openTrainablePolicy(adapted);
                TrainablePolicy reference = exact.openTrainablePolicy(adapted)) {
            TokenBatch.Builder batch = TokenBatch.builder(Batches.SAMPLING.logProbTemperature());
            List<RolloutGroup> groups = policy.generate(Batches.prompts(3), Batches.SAMPLING);
            groups.forEach(batch::add);
            TokenBatch sampled = batch.build();
            double[] recorded = groups.stream()
                    .flatMap(group -> group.rollouts().stream())
                    .flatMapToDouble(rollout -> Arrays.stream(rollout.logProbs()))
                    .toArray();
            try (ForwardPass pass = policy.forward(sampled)) {
                assertThat(pass.logProbs().values()).containsExactly(recorded);
            }
            double[] wide = reference.logProbs(sampled).values();
            assertThat(wide).isNotEqualTo(recorded);
            for (int i = 0; i < wide.length; i++) {
                assertThat(recorded[i]).isCloseTo(wide[i], within(1.0));
            }
        }
    }

    @Test
    void weightsThatAreNotTrainedAreNotSaved() {
        try (NativeBackend backend = new NativeBackend(BackendOptions.DEFAULTS);
                TrainablePolicy cast = (TrainablePolicy) backend.openPolicy(base)) {
            assertThatThrownBy(() -> cast.save(directory.resolve("saved")))
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("openTrainablePolicy");
            assertThatThrownBy(cast::snapshot)
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("openTrainablePolicy");
        }
    }

    @Test
    void frozenWeightsTakeNoMasters() {
        long masters = Float.BYTES * TinyModel.LLAMA_BIASED.config().describe().parameterCount();
        long trainable = usedBy(Role.TRAINABLE_POLICY);
        assertThat(usedBy(Role.POLICY)).isLessThan(trainable - masters / 2);
    }

    private long usedBy(Role role) {
        try (NativeBackend backend = new NativeBackend(BackendOptions.DEFAULTS);
                Policy policy = role == Role.POLICY ? backend.openPolicy(base) : backend.openTrainablePolicy(base)) {
            policy.logProbs(BATCH);
            return backend.usedBytes();
        }
    }
}
