package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.tck.reference.ReferenceGradients;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Rules about the arithmetic of an update. */
@Needs(Capability.TRAIN)
final class OptimizerRules {

    static final TokenBatch BATCH = Group.batch(1, Group.RAGGED);

    /** Makes every term of the formula matter: epsilon has the size of gradients, some of which are clipped. */
    static final OptimizerOptions OPTIONS = OptimizerOptions.builder()
            .learningRate(0.02)
            .beta1(0.8)
            .beta2(0.95)
            .epsilon(0.1)
            .weightDecay(0.3)
            .maxGradientNorm(4)
            .warmupSteps(3)
            .build();

    private static final OptimizerOptions PLAIN = OptimizerOptions.builder()
            .learningRate(0.02)
            .beta1(0.8)
            .beta2(0.95)
            .epsilon(0.1)
            .weightDecay(0)
            .maxGradientNorm(Double.POSITIVE_INFINITY)
            .build();

    private static final TokenValues WEIGHTS = Group.weights(BATCH, 1);
    private static final TokenBatch FIRST_HALF = Group.batch(1, Group.RAGGED.get(0));
    private static final TokenBatch SECOND_HALF = Group.batch(1, Group.RAGGED.get(1), Group.RAGGED.get(2));
    private static final double SMALL_STEP = OptimizerOptions.PAPER.learningRate();

    private OptimizerRules() {}

    /** Gradients that differ from step to step, in both direction and size. */
    static void accumulate(TrainablePolicy policy, int step) {
        double[] weights = Group.weights(BATCH, step).values();
        int size = step % 4;
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= 0.1 * (1 + size * size);
        }
        GradientProbe.pass(policy, BATCH, TokenValues.of(BATCH, weights));
    }

    /** Runs the steps from {@code from} to {@code to}, inclusive. */
    static void train(TrainablePolicy policy, Optimizer optimizer, int from, int to) {
        for (int step = from; step <= to; step++) {
            accumulate(policy, step);
            assertThat(optimizer.step().applied())
                    .as("step %d is applied", step)
                    .isTrue();
        }
    }

    /** Checks that both policies moved by the same amounts from the weights of the checkpoint. */
    static void assertSameMovement(Fixture f, TrainablePolicy policy, ReferencePolicy truth) {
        double[][] start = f.weights().weights();
        double[][] moved = difference(GradientProbe.weights(f, policy), start);
        double[][] expected = difference(GradientProbe.weights(f, truth), start);
        GradientProbe.assertClose(f, "movement", moved, expected);
    }

    private static double[][] difference(double[][] a, double[][] b) {
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[i].length; j++) {
                a[i][j] -= b[i][j];
            }
        }
        return a;
    }

    @Rule(id = "O1", value = "ten AdamW steps follow the formula", everyModel = true)
    static void trajectory(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        ReferencePolicy truth = f.openReference();
        for (TrainablePolicy trained : List.of(policy, truth)) {
            try (Optimizer optimizer = trained.openOptimizer(OPTIONS)) {
                train(trained, optimizer, 1, 10);
            }
        }
        assertSameMovement(f, policy, truth);
    }

    @Rule(id = "O2", value = "a step reports the global norm before clipping")
    static void norm(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        double expected = GradientProbe.norm(ReferenceGradients.of(f.weights(), BATCH, WEIGHTS));
        try (Optimizer optimizer = policy.openOptimizer(
                PLAIN.toBuilder().maxGradientNorm(expected / 10).build())) {
            GradientProbe.pass(policy, BATCH, WEIGHTS);
            OptimizerStep step = optimizer.step();
            assertThat(step.gradientNorm())
                    .isCloseTo(expected, within(f.tolerances().gradient() * expected));
            assertThat(step.applied()).isTrue();
        }
    }

    @Rule(id = "O3", value = "accumulated gradients are scaled down to the norm, never up")
    static void clipping(Fixture f) {
        double[][] expected = ReferenceGradients.of(f.weights(), BATCH, WEIGHTS);
        double norm = GradientProbe.norm(expected);
        GradientProbe.assertClose(f, "gradient below the limit", clipped(f, 4 * norm), expected);
        for (double[] gradient : expected) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] /= 4;
            }
        }
        GradientProbe.assertClose(f, "gradient above the limit", clipped(f, norm / 4), expected);
    }

    /** Accumulates the gradient in two passes, so that clipping each of them would show. */
    private static double[][] clipped(Fixture f, double maxNorm) {
        int first = FIRST_HALF.completionTokenCount();
        double[] all = WEIGHTS.values();
        try (TrainablePolicy policy = f.openTrainable()) {
            return GradientProbe.measure(
                    f,
                    policy,
                    p -> {
                        GradientProbe.pass(p, FIRST_HALF, TokenValues.of(FIRST_HALF, Arrays.copyOf(all, first)));
                        GradientProbe.pass(
                                p,
                                SECOND_HALF,
                                TokenValues.of(SECOND_HALF, Arrays.copyOfRange(all, first, all.length)));
                    },
                    maxNorm);
        }
    }

    @Rule(id = "O4", value = "the rate rises linearly during warm-up")
    static void warmUp(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        ReferencePolicy truth = f.openReference();
        OptimizerOptions options = PLAIN.toBuilder().warmupSteps(4).build();
        for (TrainablePolicy trained : List.of(policy, truth)) {
            try (Optimizer optimizer = trained.openOptimizer(options)) {
                for (int t = 1; t <= 2; t++) {
                    accumulate(trained, t);
                    assertRate(optimizer.step(), options.learningRate() * t / 4);
                }
            }
        }
        assertSameMovement(f, policy, truth);
        try (Optimizer optimizer = policy.openOptimizer(options)) {
            for (int t = 1; t <= 6; t++) {
                accumulate(policy, t);
                assertRate(optimizer.step(), options.learningRate() * Math.min(t, 4) / 4);
            }
        }
    }

    @Rule(id = "O5", value = "a new learning rate takes effect at the next step, under the same warm-up")
    static void learningRate(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        ReferencePolicy truth = f.openReference();
        for (TrainablePolicy trained : List.of(policy, truth)) {
            try (Optimizer optimizer =
                    trained.openOptimizer(PLAIN.toBuilder().warmupSteps(4).build())) {
                train(trained, optimizer, 1, 1);
                optimizer.setLearningRate(0.4);
                accumulate(trained, 2);
                assertRate(optimizer.step(), 0.4 * 2 / 4);
            }
        }
        assertSameMovement(f, policy, truth);
    }

    private static void assertRate(OptimizerStep step, double expected) {
        assertThat(step.learningRate()).as("learning rate").isCloseTo(expected, within(1e-6 * expected));
    }

    @Rule(id = "O6", value = "weight decay shrinks matrices and leaves norms and biases alone", everyModel = true)
    static void decay(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        OptimizerOptions options =
                PLAIN.toBuilder().learningRate(0.5).weightDecay(0.2).build();
        try (Optimizer optimizer = policy.openOptimizer(options)) {
            GradientProbe.pass(policy, BATCH, TokenValues.of(BATCH, new double[BATCH.completionTokenCount()]));
            optimizer.step();
        }
        double[][] before = f.weights().weights();
        double[][] after = GradientProbe.weights(f, policy);
        List<WeightSpec> specs = f.specs();
        for (int i = 0; i < before.length; i++) {
            double factor = specs.get(i).decays() ? 1 - 0.5 * 0.2 : 1;
            for (int j = 0; j < before[i].length; j++) {
                double expected = factor * before[i][j];
                assertThat(after[i][j])
                        .as("%s [%d]", specs.get(i).name(), j)
                        .isCloseTo(expected, within(specs.get(i).decays() ? 1e-6 : 0));
            }
        }
    }

    @Rule(id = "O7", value = "a step as small as 1e-6 is not lost in rounding")
    static void smallSteps(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        ReferencePolicy truth = f.openReference();
        for (TrainablePolicy trained : List.of(policy, truth)) {
            try (Optimizer optimizer = trained.openOptimizer(
                    OptimizerOptions.PAPER.toBuilder().weightDecay(0).build())) {
                GradientProbe.pass(trained, BATCH, WEIGHTS);
                optimizer.step();
            }
        }
        double[][] start = f.weights().weights();
        double[][] moved = difference(GradientProbe.weights(f, policy), start);
        double[][] expected = difference(GradientProbe.weights(f, truth), start);
        int all = 0;
        int same = 0;
        for (int i = 0; i < moved.length; i++) {
            for (int j = 0; j < moved[i].length; j++) {
                all += expected[i][j] == 0 ? 0 : 1;
                same += expected[i][j] != 0 && Math.abs(moved[i][j] - expected[i][j]) < SMALL_STEP / 4 ? 1 : 0;
            }
        }
        // A gradient close to 0 may have the opposite sign in another precision; its step then goes the other way.
        assertThat(same)
                .as("of %d weights that move in the reference, the number that move the same way", all)
                .isGreaterThan(all / 2);
    }

    @Rule(id = "O8", value = "a backend that trains has adamw, and refuses optimizers that it does not list")
    static void unknownOptimizer(Fixture f) {
        assertThat(f.backend().optimizers()).contains("adamw");
        TrainablePolicy policy = f.openTrainable();
        OptimizerOptions unknown = OptimizerOptions.builder()
                .name("no-such-optimizer")
                .learningRate(0.1)
                .beta2(0.99)
                .weightDecay(0)
                .maxGradientNorm(Double.POSITIVE_INFINITY)
                .build();
        assertThatThrownBy(() -> policy.openOptimizer(unknown))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContainingAll("no-such-optimizer", "adamw");
    }
}
