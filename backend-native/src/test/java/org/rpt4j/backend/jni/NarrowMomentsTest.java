package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Precision;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.TinyModel;

/** Moments in bfloat16: their states are those of single precision, and resume bit for bit. */
@EnabledIf(Library.BUILT)
class NarrowMomentsTest {

    private static final TokenBatch BATCH = Batches.random(4);
    private static final OptimizerOptions OPTIONS =
            OptimizerOptions.builder().learningRate(1e-2).build();

    @TempDir
    private Path directory;

    private static NativeBackend backend(Precision moments) {
        return new NativeBackend(
                BackendOptions.DEFAULTS.toBuilder().moments(moments).build());
    }

    private static void steps(TrainablePolicy policy, Optimizer optimizer, int from, int to) {
        for (int step = from; step < to; step++) {
            Batches.accumulate(policy, step);
            assertThat(optimizer.step().applied()).isTrue();
        }
    }

    @Test
    void aResumedRunHasTheBitsOfOneThatWasNotInterrupted() {
        ModelSource source = TinyModel.LLAMA.write(directory.resolve("model"));
        Path state = directory.resolve("state");
        double[] expected;
        try (NativeBackend backend = backend(Precision.BF16);
                TrainablePolicy policy = backend.openTrainablePolicy(source);
                Optimizer optimizer = policy.openOptimizer(OPTIONS)) {
            steps(policy, optimizer, 0, 4);
            policy.save(directory.resolve("halfway"));
            optimizer.saveState(state);
            steps(policy, optimizer, 4, 8);
            expected = policy.logProbs(BATCH).values();
        }
        assertThat(resumed(Precision.BF16, state)).containsExactly(expected);
        // Single precision resumes the same state, and rounds no more.
        assertThat(resumed(Precision.FP32, state)).isNotEqualTo(expected).hasSameSizeAs(expected);
    }

    private double[] resumed(Precision moments, Path state) {
        try (NativeBackend backend = backend(moments);
                TrainablePolicy policy =
                        backend.openTrainablePolicy(ModelSource.directory(directory.resolve("halfway")));
                Optimizer optimizer = policy.openOptimizer(OPTIONS)) {
            optimizer.restoreState(state);
            steps(policy, optimizer, 4, 8);
            return policy.logProbs(BATCH).values();
        }
    }

    @Test
    void aStateInSinglePrecisionIsRounded() {
        ModelSource source = TinyModel.LLAMA.write(directory.resolve("model"));
        Path state = directory.resolve("state");
        try (NativeBackend backend = backend(Precision.FP32);
                TrainablePolicy policy = backend.openTrainablePolicy(source);
                Optimizer optimizer = policy.openOptimizer(OPTIONS)) {
            steps(policy, optimizer, 0, 4);
            policy.save(directory.resolve("halfway"));
            optimizer.saveState(state);
        }
        double[] exact = resumed(Precision.FP32, state);
        double[] rounded = resumed(Precision.BF16, state);
        assertThat(rounded).isNotEqualTo(exact);
        for (int i = 0; i < exact.length; i++) {
            assertThat(rounded[i]).isCloseTo(exact[i], within(0.2));
        }
    }

    @Test
    void narrowMomentsTakeHalfTheMemory() {
        ModelSource source = TinyModel.LLAMA.write(directory.resolve("model"));
        assertThat(momentsOf(source, Precision.BF16) * 2).isEqualTo(momentsOf(source, Precision.FP32));
    }

    private static long momentsOf(ModelSource source, Precision moments) {
        try (NativeBackend backend = backend(moments);
                TrainablePolicy policy = backend.openTrainablePolicy(source)) {
            long before = backend.usedBytes();
            try (Optimizer optimizer = policy.openOptimizer(OPTIONS)) {
                assertThat(optimizer.stepCount()).isZero();
                return backend.usedBytes() - before;
            }
        }
    }
}
