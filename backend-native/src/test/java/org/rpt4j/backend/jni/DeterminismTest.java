package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.TinyModel;

/** The same seed gives the same bits for any number of threads and whatever else is in the batch. */
@EnabledIf(Library.BUILT)
class DeterminismTest {

    @TempDir
    private Path directory;

    private NativeBackend open(Precision precision, int threads, int maxSequences) {
        return new NativeBackend(BackendOptions.DEFAULTS.toBuilder()
                .precision(precision)
                .threads(threads)
                .maxSequences(maxSequences)
                .build());
    }

    @ParameterizedTest
    @EnumSource
    void rolloutsHaveTheSameBitsForAnyThreadsAndAnyCompany(Precision precision) {
        TinyModel.QWEN3.write(directory);
        List<RolloutGroup> first = generate(precision, 1, 256, Batches.prompts(6));
        assertSame(first, generate(precision, 2, 256, Batches.prompts(6)));
        assertSame(first, generate(precision, 5, 3, Batches.prompts(6)));
        List<Prompt> reversed = new ArrayList<>(Batches.prompts(6));
        Collections.reverse(reversed);
        List<RolloutGroup> backwards = new ArrayList<>(generate(precision, 3, 7, reversed));
        Collections.reverse(backwards);
        assertSame(first, backwards);
        assertSame(
                first.subList(4, 5),
                generate(precision, 2, 256, Batches.prompts(6).subList(4, 5)));
    }

    private List<RolloutGroup> generate(Precision precision, int threads, int maxSequences, List<Prompt> prompts) {
        try (NativeBackend backend = open(precision, threads, maxSequences)) {
            Policy policy = backend.openPolicy(ModelSource.directory(directory));
            return policy.generate(prompts, Batches.SAMPLING);
        }
    }

    private static void assertSame(List<RolloutGroup> expected, List<RolloutGroup> actual) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int g = 0; g < expected.size(); g++) {
            for (int m = 0; m < expected.get(g).rollouts().size(); m++) {
                var one = expected.get(g).rollouts().get(m);
                var other = actual.get(g).rollouts().get(m);
                assertThat(other.tokens()).isEqualTo(one.tokens());
                assertThat(other.logProbs()).isEqualTo(one.logProbs());
                assertThat(other.finish()).isEqualTo(one.finish());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void samplerAndForwardPassHaveTheSameBits(Precision precision) {
        TinyModel.LLAMA.write(directory);
        try (NativeBackend backend = open(precision, 2, 256)) {
            TrainablePolicy policy = backend.openTrainablePolicy(ModelSource.directory(directory));
            List<RolloutGroup> groups = policy.generate(Batches.prompts(4), Batches.SAMPLING);
            TokenBatch.Builder batch = TokenBatch.builder(1);
            groups.forEach(batch::add);
            double[] sampled = groups.stream()
                    .flatMap(group -> group.rollouts().stream())
                    .flatMapToDouble(rollout -> Arrays.stream(rollout.logProbs()))
                    .toArray();
            TokenBatch built = batch.build();
            assertThat(policy.logProbs(built).values()).isEqualTo(sampled);
            try (var pass = policy.forward(built)) {
                assertThat(pass.logProbs().values()).isEqualTo(sampled);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void trainedWeightsHaveTheSameBitsForAnyThreads(Precision precision) throws IOException {
        TinyModel.QWEN2.write(directory);
        byte[] one = train(precision, 1);
        assertThat(train(precision, 2)).isEqualTo(one);
        assertThat(train(precision, 7)).isEqualTo(one);
    }

    private byte[] train(Precision precision, int threads) throws IOException {
        Path target = directory.resolveSibling(directory.getFileName() + "-" + threads);
        try (NativeBackend backend = open(precision, threads, 256)) {
            TrainablePolicy policy = backend.openTrainablePolicy(ModelSource.directory(directory));
            Optimizer optimizer = policy.openOptimizer(
                    OptimizerOptions.PAPER.toBuilder().learningRate(1e-2).build());
            for (int step = 0; step < 3; step++) {
                Batches.accumulate(policy, step);
                Batches.accumulate(policy, step + 10);
                assertThat(optimizer.step().applied()).isTrue();
            }
            policy.save(target);
            return Files.readAllBytes(target.resolve("model.safetensors"));
        }
    }
}
