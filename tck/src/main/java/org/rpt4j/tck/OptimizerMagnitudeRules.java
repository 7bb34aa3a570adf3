package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Rules about step counts and gradients as large or as small as those of real runs. */
@Needs(Capability.TRAIN)
final class OptimizerMagnitudeRules {

    private static final long MANY_STEPS = 3_000_000_000L;
    private static final TokenBatch BATCH = OptimizerRules.BATCH;

    private OptimizerMagnitudeRules() {}

    @Rule(id = "O24", value = "a restored step count may exceed 2^31, and warm-up and bias correction follow it")
    static void manySteps(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        ReferencePolicy truth = f.openReference();
        trainLate(f, "own", policy);
        trainLate(f, "reference", truth);
        OptimizerRules.assertSameMovement(f, policy, truth);
    }

    private static void trainLate(Fixture f, String name, TrainablePolicy policy) {
        OptimizerOptions options = OptimizerRules.OPTIONS.toBuilder()
                .warmupSteps(Integer.MAX_VALUE)
                .build();
        Path early = f.path(name + "-early.safetensors");
        Path late = f.path(name + "-late.safetensors");
        try (Optimizer optimizer = policy.openOptimizer(options)) {
            OptimizerRules.train(policy, optimizer, 1, 2);
            optimizer.saveState(early);
        }
        StateFiles.setStepCount(early, 2, MANY_STEPS, late);
        try (Optimizer optimizer = policy.openOptimizer(options)) {
            optimizer.restoreState(late);
            assertThat(optimizer.stepCount()).as("restored step count").isEqualTo(MANY_STEPS);
            OptimizerRules.accumulate(policy, 3);
            assertThat(optimizer.step().learningRate())
                    .as("rate of step %d, after a warm-up of %d", MANY_STEPS + 1, Integer.MAX_VALUE)
                    .isCloseTo(options.learningRate(), within(1e-6 * options.learningRate()));
            OptimizerRules.train(policy, optimizer, 4, 5);
            assertThat(optimizer.stepCount()).as("step count").isEqualTo(MANY_STEPS + 3);
        }
    }

    @Rule(id = "O25", value = "gradients a billion times smaller or a million times larger move weights alike")
    static void scale(Fixture f) {
        for (double scale : new double[] {1e-9, 1e6}) {
            OptimizerOptions options = OptimizerRules.OPTIONS.toBuilder()
                    .epsilon(scale * OptimizerRules.OPTIONS.epsilon())
                    .maxGradientNorm(scale * OptimizerRules.OPTIONS.maxGradientNorm())
                    .build();
            TrainablePolicy policy = f.openTrainable();
            ReferencePolicy truth = f.openReference();
            double[] norms = trainScaled(policy, options, scale);
            double[] expected = trainScaled(truth, options, scale);
            for (int i = 0; i < norms.length; i++) {
                assertThat(norms[i])
                        .as("gradient norm of step %d", i + 1)
                        .isCloseTo(expected[i], within(10 * f.tolerances().gradient() * expected[i]));
            }
            OptimizerRules.assertSameMovement(f, policy, truth);
            policy.close();
        }
    }

    private static double[] trainScaled(TrainablePolicy policy, OptimizerOptions options, double scale) {
        double[] norms = new double[4];
        try (Optimizer optimizer = policy.openOptimizer(options)) {
            for (int i = 0; i < norms.length; i++) {
                double[] weights = Arrays.stream(Group.weights(BATCH, i).values())
                        .map(weight -> scale * weight)
                        .toArray();
                GradientProbe.pass(policy, BATCH, TokenValues.of(BATCH, weights));
                norms[i] = optimizer.step().gradientNorm();
            }
        }
        return norms;
    }
}
