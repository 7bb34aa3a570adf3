package org.rpt4j.samples.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.TinyModel;

/**
 * Compares the hand-written backward pass of {@code native} with the one of {@code djl}, which is libtorch's: two
 * independent programs.
 */
class GradientAgreementTest {

    /** Relative to the largest entry of a tensor. */
    private static final double TOLERANCE = 1e-4;

    /** Without moments, and with E as learning rate and epsilon, AdamW moves a weight by -E g / (|g| + E). */
    private static final double E = 1024;

    private static final OptimizerOptions PROBE = OptimizerOptions.builder()
            .learningRate(E)
            .beta1(0)
            .beta2(0)
            .epsilon(E)
            .weightDecay(0)
            .maxGradientNorm(Double.POSITIVE_INFINITY)
            .build();

    @TempDir
    private Path directory;

    @BeforeEach
    void bothAreHere() {
        for (String backend : List.of("native", "djl")) {
            assumeTrue(
                    Backends.discover().provider(backend).availability() instanceof Availability.Available,
                    backend + " cannot run here");
        }
    }

    @ParameterizedTest
    @EnumSource
    void nativeAndDjlHaveTheSameGradients(TinyModel model) {
        ModelSource source = model.write(directory.resolve("model"));
        TokenBatch batch = batch(model.config().vocabularySize());
        Map<String, float[]> before = weights(source.directory());
        Map<String, double[]> expected = gradients("djl", source, batch, before);
        Map<String, double[]> actual = gradients("native", source, batch, before);
        assertThat(actual).hasSameSizeAs(expected);
        expected.forEach((name, tensor) -> {
            double largest = largest(tensor);
            assertThat(largest).as("largest gradient of %s", name).isPositive();
            double[] other = actual.get(name);
            for (int i = 0; i < tensor.length; i++) {
                assertThat(other[i]).as("%s [%d]", name, i).isCloseTo(tensor[i], within(TOLERANCE * largest));
            }
        });
    }

    /** Groups of different sizes and lengths. */
    private static TokenBatch batch(int vocabulary) {
        Random random = new Random(20);
        TokenBatch.Builder builder = TokenBatch.builder(0.9);
        for (int size : new int[] {4, 1, 2}) {
            List<int[]> completions = new ArrayList<>();
            for (int c = 0; c < size; c++) {
                completions.add(
                        random.ints(1 + random.nextInt(7), 0, vocabulary).toArray());
            }
            builder.add(random.ints(3 + random.nextInt(9), 0, vocabulary).toArray(), completions);
        }
        return builder.build();
    }

    private Map<String, double[]> gradients(
            String name, ModelSource source, TokenBatch batch, Map<String, float[]> before) {
        Path saved = directory.resolve(name);
        double[] weights =
                new Random(21).doubles(batch.completionTokenCount(), -1, 1).toArray();
        try (Backend backend = Backends.open(name);
                TrainablePolicy policy = backend.openTrainablePolicy(source);
                Optimizer optimizer = policy.openOptimizer(PROBE)) {
            try (ForwardPass pass = policy.forward(batch)) {
                pass.backward(TokenValues.of(batch, weights));
            }
            assertThat(optimizer.step().applied()).isTrue();
            policy.save(saved);
        }
        Map<String, double[]> gradients = new LinkedHashMap<>();
        weights(saved)
                .forEach((weight, after) -> gradients.put(
                        weight,
                        IntStream.range(0, after.length)
                                .mapToDouble(i -> {
                                    double moved = (double) before.get(weight)[i] - after[i];
                                    return moved / (1 - Math.abs(moved) / E);
                                })
                                .toArray()));
        return gradients;
    }

    private static Map<String, float[]> weights(Path checkpointDirectory) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        try (Checkpoint checkpoint = Checkpoint.open(checkpointDirectory)) {
            for (WeightSpec spec : checkpoint.layout().all()) {
                float[] values = new float[Math.toIntExact(spec.size())];
                checkpoint.read(spec, FloatBuffer.wrap(values));
                weights.put(spec.name(), values);
            }
        }
        return weights;
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
