package org.rpt4j.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Precision;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.TinyModel;

/** What the options change and, above all, what they must not change. */
class DjlOptionsTest {

    private static final double AGREEMENT = 1e-5;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void recomputedActivationsTrainTheSameModel(TinyModel model) {
        ModelSource source = model.write(directory);

        double[] kept = logProbsAfterTraining(source, BackendOptions.DEFAULTS);
        double[] recomputed = logProbsAfterTraining(
                source,
                BackendOptions.DEFAULTS.toBuilder().recomputeActivations(true).build());

        assertThat(recomputed).containsExactly(kept, within(AGREEMENT));
    }

    @Test
    void threadCountDoesNotChangeTheModel() {
        ModelSource source = TinyModel.LLAMA.write(directory);

        double[] one = logProbsAfterTraining(
                source, BackendOptions.DEFAULTS.toBuilder().threads(1).build());
        double[] two = logProbsAfterTraining(
                source, BackendOptions.DEFAULTS.toBuilder().threads(2).build());

        assertThat(two).containsExactly(one, within(AGREEMENT));
    }

    @Test
    void bfloat16ComputesNearbyAndKeepsMasters() {
        ModelSource source = TinyModel.QWEN3.write(directory);
        try (Backend exact = Backends.open("djl");
                Backend rough = Backends.open(
                        "djl",
                        BackendOptions.DEFAULTS.toBuilder()
                                .precision(Precision.BF16)
                                .build())) {
            double[] reference =
                    exact.openPolicy(source).logProbs(Batches.random(1)).values();
            TrainablePolicy policy = rough.openTrainablePolicy(source);
            double[] before = policy.logProbs(Batches.random(1)).values();
            assertThat(before).containsExactly(reference, within(0.05));

            Path saved = directory.resolve("saved");
            try (Optimizer optimizer = policy.openOptimizer(
                    OptimizerOptions.PAPER.toBuilder().learningRate(1e-6).build())) {
                for (int step = 0; step < 30; step++) {
                    Batches.accumulate(policy, 7);
                    optimizer.step();
                }
                policy.save(saved);
            }
            // A step of 1e-6 is far below the spacing of bfloat16 numbers; single-precision masters still moved.
            double[] after = exact.openPolicy(ModelSource.directory(saved))
                    .logProbs(Batches.random(1))
                    .values();
            assertThat(after).isNotEqualTo(reference);
            assertThat(after).containsExactly(reference, within(0.05));
        }
    }

    private static double[] logProbsAfterTraining(ModelSource source, BackendOptions options) {
        try (Backend backend = Backends.open("djl", options)) {
            TrainablePolicy policy = backend.openTrainablePolicy(source);
            try (Optimizer optimizer = policy.openOptimizer(
                    OptimizerOptions.PAPER.toBuilder().learningRate(1e-3).build())) {
                for (int step = 0; step < 3; step++) {
                    Batches.accumulate(policy, step);
                    optimizer.step();
                }
            }
            return policy.logProbs(Batches.random(9)).values();
        }
    }
}
