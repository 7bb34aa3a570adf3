package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
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
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.tck.TinyModel;
import org.rpt4j.tck.reference.ReferencePolicy;

/** A training pass over prompts of one document, which share trunks of several pages, against the float64 reference. */
@EnabledIf(Library.BUILT)
class SharedTrunkTest {

    /** Without moments, and with rate and epsilon both large and equal, a step moves each weight by its gradient. */
    private static final OptimizerOptions GRADIENT = OptimizerOptions.builder().learningRate(1e6).beta1(0).beta2(0).epsilon(1e6).weightDecay(0).maxGradientNorm(1e9).build();

    @TempDir
    private Path directory;

    @BeforeEach
    void pagesOfEightTokens() {
        System.setProperty(EngineSettings.INSTRUCTIONS, "portable");
    }

    @AfterEach
    void clear() {
        System.clearProperty(EngineSettings.INSTRUCTIONS);
    }

    private static TokenBatch batch() {
        Random random = new Random(3);
        int[] document = random.ints(31, 0, Batches.VOCABULARY).toArray();
        TokenBatch.Builder builder = TokenBatch.builder(0.7);
        for (int length : new int[] {18, 9, 25, 17, 8, 26}) {
            builder.add(
                    Arrays.copyOf(document, length),
                    List.of(
                            random.ints(1 + random.nextInt(5), 0, Batches.VOCABULARY)
                                    .toArray(),
                            random.ints(1 + random.nextInt(5), 0, Batches.VOCABULARY)
                                    .toArray()));
        }
        return builder.build();
    }

    @Test
    void logProbsAndGradientsAreThoseOfTheReference() {
        TokenBatch batch = batch();
        double[] weights =
                new Random(4).doubles(batch.completionTokenCount(), -1, 1).toArray();
        for (TinyModel model : TinyModel.values()) {
            ModelSource source = model.write(directory.resolve(model.name()));
            try (ReferencePolicy reference = new ReferencePolicy(source);
                    NativeBackend backend = new NativeBackend(
                            BackendOptions.DEFAULTS.toBuilder().threads(2).build())) {
                TrainablePolicy policy = backend.openTrainablePolicy(source);
                step(reference, batch, weights, directory.resolve(model + "-reference"));
                step(policy, batch, weights, directory.resolve(model + "-native"));
            }
            compare(directory.resolve(model + "-reference"), directory.resolve(model + "-native"));
        }
    }

    private static void step(TrainablePolicy policy, TokenBatch batch, double[] weights, Path target) {
        try (Optimizer optimizer = policy.openOptimizer(GRADIENT)) {
            try (ForwardPass pass = policy.forward(batch)) {
                assertThat(pass.logProbs().values())
                        .isEqualTo(policy.logProbs(batch).values());
                pass.backward(TokenValues.of(batch, weights));
            }
            assertThat(optimizer.step().applied()).isTrue();
        }
        policy.save(target);
    }

    /** The weights after a step, whose differences are those of the gradients. */
    private static void compare(Path expected, Path actual) {
        try (Checkpoint one = Checkpoint.open(expected);
                Checkpoint other = Checkpoint.open(actual)) {
            for (WeightSpec spec : one.layout().all()) {
                float[] right = read(one, spec);
                float[] found = read(other, spec);
                double largest = 0;
                for (float value : right) {
                    largest = Math.max(largest, Math.abs(value));
                }
                for (int i = 0; i < right.length; i++) {
                    assertThat((double) found[i])
                            .as("%s [%d]", spec.name(), i)
                            .isCloseTo(right[i], within(1e-4 * largest));
                }
            }
        }
    }

    private static float[] read(Checkpoint checkpoint, WeightSpec spec) {
        var floats = ByteBuffer.allocateDirect((int) spec.size() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        checkpoint.read(spec, floats);
        float[] values = new float[(int) spec.size()];
        floats.get(values);
        return values;
    }
}
