package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.Precision;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.tck.TinyModel;

/** Updates layer by layer: the bits of ordinary ones, and no change before the step or without a finite gradient. */
@EnabledIf(Library.BUILT)
class LayerwiseUpdatesTest {

    private static final TokenBatch BATCH = Batches.random(4);
    private static final OptimizerOptions CLIPPED =
            OptimizerOptions.builder().learningRate(1e-2).maxGradientNorm(0.3).build();
    private static final OptimizerOptions UNCLIPPED =
            CLIPPED.toBuilder().maxGradientNorm(Double.POSITIVE_INFINITY).build();
    private static final BackendOptions LAYERWISE =
            BackendOptions.DEFAULTS.toBuilder().layerwiseUpdates(true).build();

    @TempDir
    private Path directory;

    private ModelSource source;

    @BeforeEach
    void write() {
        source = TinyModel.LLAMA.write(directory.resolve("model"));
    }

    @ParameterizedTest
    @EnumSource
    void everyModelHasTheBitsOfOrdinaryUpdates(TinyModel model) {
        source = model.write(directory.resolve(model.name()));
        requireSameBits(LAYERWISE, CLIPPED);
    }

    @ParameterizedTest
    @EnumSource
    void precisionsAndMomentsHaveTheBitsOfOrdinaryUpdates(Precision precision) {
        BackendOptions options = LAYERWISE.toBuilder()
                .precision(precision)
                .moments(precision)
                .recomputeActivations(true)
                .threads(2)
                .build();
        requireSameBits(options, UNCLIPPED);
    }

    private void requireSameBits(BackendOptions options, OptimizerOptions optimizer) {
        double[] ordinary = trained(options.toBuilder().layerwiseUpdates(false).build(), optimizer, "ordinary");
        assertThat(trained(options, optimizer, "layerwise")).containsExactly(ordinary);
        for (String file : new String[] {"model.safetensors", "state"}) {
            assertThat(directory.resolve("layerwise").resolve(file))
                    .hasSameBinaryContentAs(directory.resolve("ordinary").resolve(file));
        }
    }

    /** The norm of the gradients of several steps; saves the weights and the moments. */
    private double[] trained(BackendOptions options, OptimizerOptions settings, String name) {
        double[] norms = new double[5];
        try (NativeBackend backend = new NativeBackend(options);
                TrainablePolicy policy = backend.openTrainablePolicy(source);
                Optimizer optimizer = policy.openOptimizer(settings)) {
            for (int step = 0; step < norms.length; step++) {
                Batches.accumulate(policy, step);
                // What is computed between the two leaves the pass that waits as it is.
                policy.generate(Batches.prompts(3), Batches.SAMPLING);
                policy.logProbs(BATCH);
                OptimizerStep done = optimizer.step();
                assertThat(done.applied()).isTrue();
                norms[step] = done.gradientNorm();
                assertThat(policy.version()).isEqualTo(step + 1);
            }
            policy.save(directory.resolve(name));
            optimizer.saveState(directory.resolve(name).resolve("state"));
        }
        return norms;
    }

    @Test
    void nothingChangesBeforeTheStep() {
        try (NativeBackend backend = new NativeBackend(LAYERWISE);
                TrainablePolicy policy = backend.openTrainablePolicy(source);
                Optimizer optimizer = policy.openOptimizer(CLIPPED)) {
            double[] before = policy.logProbs(BATCH).values();
            Batches.accumulate(policy, 1);
            assertThat(policy.logProbs(BATCH).values()).containsExactly(before);
            optimizer.zeroGradients();
            assertThat(optimizer.step().applied()).isFalse();
            assertThat(policy.logProbs(BATCH).values()).containsExactly(before);
            // The pass that was dropped has left room for another.
            Batches.accumulate(policy, 2);
            assertThat(optimizer.step().applied()).isTrue();
            assertThat(policy.logProbs(BATCH).values()).isNotEqualTo(before);
        }
    }

    @Test
    void aGradientThatIsNotFiniteChangesNothing() {
        try (NativeBackend backend = new NativeBackend(LAYERWISE);
                TrainablePolicy policy = backend.openTrainablePolicy(source);
                Optimizer optimizer = policy.openOptimizer(UNCLIPPED)) {
            double[] before = policy.logProbs(BATCH).values();
            double[] weights = new double[BATCH.completionTokenCount()];
            Arrays.fill(weights, 1e300);
            try (ForwardPass pass = policy.forward(BATCH)) {
                pass.backward(TokenValues.of(BATCH, weights));
            }
            OptimizerStep step = optimizer.step();
            assertThat(step.applied()).isFalse();
            assertThat(step.gradientNorm()).isNotFinite();
            assertThat(policy.version()).isZero();
            assertThat(optimizer.stepCount()).isZero();
            assertThat(policy.logProbs(BATCH).values()).containsExactly(before);
            Batches.accumulate(policy, 2);
            assertThat(optimizer.step().applied()).isTrue();
        }
    }

    @Test
    void aSecondPassOfAnUpdateIsRefused() {
        try (NativeBackend backend = new NativeBackend(LAYERWISE);
                TrainablePolicy policy = backend.openTrainablePolicy(source);
                Optimizer optimizer = policy.openOptimizer(CLIPPED)) {
            Batches.accumulate(policy, 1);
            assertThatThrownBy(() -> policy.forward(BATCH))
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("layerwise-updates")
                    .hasMessageContaining("micro-batch-tokens");
            // The first one is still there.
            assertThat(optimizer.step().applied()).isTrue();
        }
    }

    @Test
    void anAdapterIsRefused() {
        Path adapter = directory.resolve("adapter");
        AdapterWriter.initialize(adapter, source, LoraOptions.builder().rank(2).build(), 1);
        try (NativeBackend backend = new NativeBackend(LAYERWISE)) {
            assertThatThrownBy(() -> backend.openTrainablePolicy(source.withAdapter(adapter)))
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("layerwise-updates")
                    .hasMessageContaining(adapter.toString());
        }
    }

    @Test
    void whatWaitsIsFreedWithItsOptimizerOrItsPolicy() {
        try (NativeBackend backend = new NativeBackend(LAYERWISE)) {
            try (TrainablePolicy policy = backend.openTrainablePolicy(source)) {
                try (Optimizer optimizer = policy.openOptimizer(CLIPPED)) {
                    Batches.accumulate(policy, 1);
                    assertThat(optimizer.stepCount()).isZero();
                }
                // A pass is possible again, and closed with the policy while it waits.
                Batches.accumulate(policy, 2);
            }
            assertThat(backend.usedBytes()).isZero();
        }
    }
}
