package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.TinyModel;
import org.rpt4j.tck.reference.ReferencePolicy;

/**
 * Ten AdamW steps against numbers that do not change with the code. {@link #FROZEN} is what {@link #train} returned
 * once on {@link ReferencePolicy}, in float64; the last test compares the reference with it.
 */
class FrozenStepsTest {

    private static final int STEPS = 10;
    private static final OptimizerOptions OPTIONS = OptimizerOptions.builder()
            .learningRate(1e-2)
            .weightDecay(0.1)
            .maxGradientNorm(1.0)
            .warmupSteps(3)
            .build();

    /** For each step: gradient norm before clipping, and mean log-probability of the batch after the update. */
    private static final double[][] FROZEN = {
        {4.585197672015091, -4.3323473673212245},
        {3.1764101923970065, -4.152516546750597},
        {2.6808030167030785, -4.095590152112489},
        {3.986545995812696, -4.163908306473433},
        {3.0934670862174847, -4.301408109133626},
        {2.2419428818631215, -4.4816841469123965},
        {2.2066245159936244, -4.628649396761143},
        {1.74363829020292, -4.805372310605902},
        {1.8382426980753253, -4.989985430287762},
        {1.660515554220703, -5.2105091998654}
    };

    @TempDir
    private Path directory;

    private ModelSource source;

    @BeforeEach
    void write() {
        source = TinyModel.QWEN3.write(directory);
    }

    @Test
    @EnabledIf(Library.BUILT)
    void theEngineTakesTheStepsOfTheReference() {
        try (NativeBackend backend = new NativeBackend(BackendOptions.DEFAULTS);
                TrainablePolicy policy = backend.openTrainablePolicy(source)) {
            assertFrozen(train(policy), 1e-4);
        }
    }

    @Test
    void theNumbersAreThoseOfTheReference() {
        try (ReferencePolicy policy = new ReferencePolicy(source)) {
            assertFrozen(train(policy), 1e-9);
        }
    }

    private static double[][] train(TrainablePolicy policy) {
        double[][] steps = new double[STEPS][];
        try (Optimizer optimizer = policy.openOptimizer(OPTIONS)) {
            TokenBatch batch = Batches.random(1);
            double[] weights = new double[batch.completionTokenCount()];
            for (int t = 0; t < weights.length; t++) {
                weights[t] = (t % 3 - 1.25) / weights.length;
            }
            for (int step = 0; step < STEPS; step++) {
                try (ForwardPass pass = policy.forward(batch)) {
                    pass.backward(TokenValues.of(batch, weights));
                }
                double norm = optimizer.step().gradientNorm();
                double[] logProbs = policy.logProbs(batch).values();
                steps[step] =
                        new double[] {norm, Arrays.stream(logProbs).average().orElseThrow()};
            }
        }
        return steps;
    }

    private static void assertFrozen(double[][] actual, double tolerance) {
        assertThat(List.of(actual)).hasSameSizeAs(List.of(FROZEN));
        for (int step = 0; step < STEPS; step++) {
            double[] expected = FROZEN[step];
            assertThat(actual[step][0])
                    .as("norm of step %d", step)
                    .isCloseTo(expected[0], within(tolerance * expected[0]));
            assertThat(actual[step][1])
                    .as("log-probability after step %d", step)
                    .isCloseTo(expected[1], within(tolerance));
        }
    }
}
