package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.tck.reference.ReferenceGradients;
import org.rpt4j.tck.reference.ReferenceModel;

/**
 * Reads the gradients of a backend through its public API. Without moments (betas of 0) and with one large number E as
 * learning rate and epsilon, an AdamW step moves a weight by -E g / (|g| + E), which determines g; the weights before
 * and after are read from saved checkpoints.
 */
final class GradientProbe {

    private static final double E = 1024;
    private static final OptimizerOptions OPTIONS = OptimizerOptions.builder()
            .learningRate(E)
            .beta1(0)
            .beta2(0)
            .epsilon(E)
            .weightDecay(0)
            .maxGradientNorm(Double.POSITIVE_INFINITY)
            .build();

    /** Below this share of the model's largest gradient, a tensor is compared on the scale of the model. */
    private static final double NOISE_FLOOR = 0.01;

    private GradientProbe() {}

    /** Returns the gradients of a new policy after {@code passes}, one array per weight. */
    static double[][] measure(Fixture f, Consumer<TrainablePolicy> passes) {
        try (TrainablePolicy policy = f.openTrainable()) {
            return measure(f, policy, passes, Double.POSITIVE_INFINITY);
        }
    }

    /** The same for a given policy, which must hold the weights of the checkpoint, after clipping to a norm. */
    static double[][] measure(Fixture f, TrainablePolicy policy, Consumer<TrainablePolicy> passes, double maxNorm) {
        return measure(policy, passes, maxNorm, f.weights().weights(), trained -> weights(f, trained));
    }

    /**
     * The same for any weights that a policy trains.
     *
     * @param before their values now
     * @param read reads their values from the policy
     */
    static double[][] measure(
            TrainablePolicy policy,
            Consumer<TrainablePolicy> passes,
            double maxNorm,
            double[][] before,
            Function<TrainablePolicy, double[][]> read) {
        try (Optimizer optimizer = policy.openOptimizer(
                OPTIONS.toBuilder().maxGradientNorm(maxNorm).build())) {
            passes.accept(policy);
            assertThat(optimizer.step().applied())
                    .as("a step after a backward pass is applied")
                    .isTrue();
        }
        double[][] after = read.apply(policy);
        double[][] gradients = new double[before.length][];
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = new double[before[i].length];
            for (int j = 0; j < gradients[i].length; j++) {
                double moved = before[i][j] - after[i][j];
                gradients[i][j] = moved / (1 - Math.abs(moved) / E);
            }
        }
        return gradients;
    }

    /** Reads the weights of a policy from a checkpoint that it saves. */
    static double[][] weights(Fixture f, TrainablePolicy policy) {
        Path saved = f.path("weights");
        policy.save(saved);
        return ReferenceModel.read(saved).weights();
    }

    /** A forward pass and its backward pass. */
    static void pass(TrainablePolicy policy, TokenBatch batch, TokenValues weights) {
        try (ForwardPass pass = policy.forward(batch)) {
            pass.backward(weights);
        }
    }

    /** Checks that the gradient of one pass equals that of the reference. */
    static void assertLikeReference(Fixture f, TokenBatch batch, TokenValues weights) {
        double[][] measured = measure(f, policy -> pass(policy, batch, weights));
        assertClose(f, "gradient", measured, ReferenceGradients.of(f.weights(), batch, weights));
    }

    /** Checks equality up to the gradient tolerance, tensor by tensor. */
    static void assertClose(Fixture f, String what, double[][] actual, double[][] expected) {
        assertClose(f, what, f.specs(), actual, expected);
    }

    static void assertClose(Fixture f, String what, List<WeightSpec> specs, double[][] actual, double[][] expected) {
        double floor = NOISE_FLOOR
                * Arrays.stream(expected)
                        .mapToDouble(GradientProbe::largest)
                        .max()
                        .orElse(0);
        for (int i = 0; i < expected.length; i++) {
            double tolerance = f.tolerances().gradient() * Math.max(largest(expected[i]), floor);
            for (int j = 0; j < expected[i].length; j++) {
                assertThat(actual[i][j])
                        .as("%s of %s [%d]", what, specs.get(i).name(), j)
                        .isCloseTo(expected[i][j], within(tolerance));
            }
        }
    }

    /** Returns the global L2 norm. */
    static double norm(double[][] gradients) {
        return Math.sqrt(Arrays.stream(gradients)
                .flatMapToDouble(Arrays::stream)
                .map(g -> g * g)
                .sum());
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }
}
