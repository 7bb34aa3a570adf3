package org.rpt4j.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
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
            assertThat(rootMeanSquare(before, reference)).isBetween(1e-4, 0.04);

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

    /** Each value carries the rounding of all its products, which makes some far larger than the others. */
    private static double rootMeanSquare(double[] rough, double[] exact) {
        assertThat(rough).hasSameSizeAs(exact);
        double squares = 0;
        for (int i = 0; i < exact.length; i++) {
            squares += (rough[i] - exact[i]) * (rough[i] - exact[i]);
        }
        return Math.sqrt(squares / exact.length);
    }

    /**
     * Sampling and training share their numbers until a rounding flips: far fewer than one in a hundred tokens may
     * differ by 0.1 nats, where a run would end.
     */
    @Test
    void bfloat16SamplesAsItTrains() {
        ModelSource source = TinyModel.QWEN3.write(directory);
        try (Backend backend = Backends.open(
                "djl",
                BackendOptions.DEFAULTS.toBuilder().precision(Precision.BF16).build())) {
            TrainablePolicy policy = backend.openTrainablePolicy(source);
            List<Prompt> prompts = IntStream.range(0, 8)
                    .mapToObj(i -> new Prompt(i, new int[] {1 + i, 2, 9, 4}))
                    .toList();
            SamplingOptions options =
                    SamplingOptions.builder().groupSize(6).maxTokens(24).seed(5).build();
            TokenBatch.Builder batch = TokenBatch.builder(options.temperature());
            List<Double> sampled = new ArrayList<>();
            for (RolloutGroup group : policy.generate(prompts, options)) {
                batch.add(group);
                group.rollouts()
                        .forEach(rollout -> DoubleStream.of(rollout.logProbs()).forEach(sampled::add));
            }
            double[] trained;
            try (ForwardPass pass = policy.forward(batch.build())) {
                trained = pass.logProbs().values();
            }
            double[] gaps = IntStream.range(0, trained.length)
                    .mapToDouble(t -> Math.abs(trained[t] - sampled.get(t)))
                    .sorted()
                    .toArray();
            assertThat(gaps).hasSizeGreaterThan(1000);
            assertThat(gaps[gaps.length * 99 / 100]).isLessThan(0.05);
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
