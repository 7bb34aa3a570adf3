package org.rpt4j.tck.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.tck.TinyModel;

class ReferenceOptimizerTest {

    private static final OptimizerOptions OPTIONS = OptimizerOptions.builder()
            .learningRate(0.01)
            .beta1(0.8)
            .beta2(0.9)
            .epsilon(1e-3)
            .weightDecay(0.1)
            .maxGradientNorm(0.5)
            .warmupSteps(3)
            .build();
    private static final TokenBatch BATCH = TokenBatch.builder(1)
            .add(new int[] {1, 2, 3}, List.of(new int[] {4, 5}, new int[] {6}))
            .build();

    @TempDir
    private Path directory;

    private ModelSource source;

    @BeforeEach
    void write() {
        source = TinyModel.QWEN2.write(directory.resolve("model"));
    }

    @Test
    void twoStepsFollowTheFormula() {
        try (ReferencePolicy policy = new ReferencePolicy(source);
                Optimizer optimizer = policy.openOptimizer(OPTIONS)) {
            double[][] weights = copy(policy.model().weights());
            double[][] first = policy.model().zeros();
            double[][] second = policy.model().zeros();
            for (int t = 1; t <= 2; t++) {
                accumulate(policy, 3.0 / t);
                double[][] gradients = copy(policy.gradientSum().values());
                double norm = Math.sqrt(Arrays.stream(gradients)
                        .flatMapToDouble(Arrays::stream)
                        .map(g -> g * g)
                        .sum());
                assertThat(norm).isGreaterThan(0.5);
                OptimizerStep step = optimizer.step();
                assertThat(step.gradientNorm()).isCloseTo(norm, within(1e-12 * norm));
                assertThat(step.learningRate()).isCloseTo(0.01 * t / 3, within(1e-15));
                for (int i = 0; i < weights.length; i++) {
                    boolean matrix =
                            policy.model().layout().all().get(i).shape().size() == 2;
                    for (int j = 0; j < weights[i].length; j++) {
                        double g = gradients[i][j] * 0.5 / norm;
                        first[i][j] = 0.8 * first[i][j] + 0.2 * g;
                        second[i][j] = 0.9 * second[i][j] + 0.1 * g * g;
                        double mean = first[i][j] / (1 - Math.pow(0.8, t));
                        double spread = Math.sqrt(second[i][j] / (1 - Math.pow(0.9, t)));
                        weights[i][j] -=
                                step.learningRate() * ((matrix ? 0.1 * weights[i][j] : 0) + mean / (spread + 1e-3));
                        assertThat(policy.model().weights()[i][j]).isCloseTo(weights[i][j], within(1e-6));
                    }
                }
            }
            assertThat(policy.version()).isEqualTo(2);
        }
    }

    @Test
    void aRunThatWasSavedContinuesBitForBit() {
        Path checkpoint = directory.resolve("saved");
        Path state = directory.resolve("state.safetensors");
        double[][] straight;
        try (ReferencePolicy policy = new ReferencePolicy(source);
                Optimizer optimizer = policy.openOptimizer(OPTIONS)) {
            train(policy, optimizer, 1, 3);
            policy.save(checkpoint);
            optimizer.saveState(state);
            train(policy, optimizer, 4, 6);
            straight = copy(policy.model().weights());
        }
        try (ReferencePolicy policy = new ReferencePolicy(ModelSource.directory(checkpoint));
                Optimizer optimizer = policy.openOptimizer(OPTIONS)) {
            optimizer.restoreState(state);
            train(policy, optimizer, 4, 6);
            assertThat(optimizer.stepCount()).isEqualTo(6);
            assertThat(policy.model().weights()).isDeepEqualTo(straight);
        }
    }

    private static void train(ReferencePolicy policy, Optimizer optimizer, int from, int to) {
        for (int t = from; t <= to; t++) {
            accumulate(policy, t);
            optimizer.step();
        }
    }

    private static void accumulate(ReferencePolicy policy, double scale) {
        try (ForwardPass pass = policy.forward(BATCH)) {
            pass.backward(TokenValues.of(BATCH, new double[] {scale, -0.5 * scale, 2 * scale}));
        }
    }

    private static double[][] copy(double[][] arrays) {
        return Arrays.stream(arrays).map(double[]::clone).toArray(double[][]::new);
    }
}
