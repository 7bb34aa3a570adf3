package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.reference.ReferenceBackend;

class TrainableSparkPolicyTest {

    private static final SamplingOptions SAMPLING =
            SamplingOptions.builder().groupSize(2).temperature(1).maxTokens(20).build();

    @TempDir
    private Path directory;

    @Test
    void samplesWithTheWeightsOfTheMoment() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        assertFollowsTraining(model, saved -> ModelSource.directory(saved));
    }

    @Test
    void samplesWithTheAdapterOfTheMoment() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        assertFollowsTraining(adapted(model), model::withAdapter);
    }

    private ModelSource adapted(ModelSource model) {
        return ShardedTraining.adapted(model, directory.resolve("adapter"));
    }

    private void assertFollowsTraining(ModelSource source, Function<Path, ModelSource> saved) {
        try (SparkBackend cluster = LocalCluster.reference(ClusterOptions.DEFAULTS);
                TrainablePolicy policy = cluster.openTrainablePolicy(source);
                Optimizer optimizer = policy.openOptimizer(
                        OptimizerOptions.builder().learningRate(0.1).build())) {
            List<RolloutGroup> before = policy.generate(SmallModel.prompts(3), SAMPLING);
            step(policy, optimizer, before);
            List<RolloutGroup> after = policy.generate(SmallModel.prompts(3), SAMPLING);
            assertThat(policy.version()).isOne();
            assertThat(versions(before)).containsOnly(0L);
            assertThat(versions(after)).containsOnly(1L);
            policy.save(directory.resolve("saved"));
            try (ReferenceBackend local = new ReferenceBackend(BackendOptions.DEFAULTS)) {
                TokenBatch batch = batch(after);
                TokenValues expected = local.openPolicy(saved.apply(directory.resolve("saved")))
                        .logProbs(batch);
                assertThat(policy.logProbs(batch)).isEqualTo(expected);
                assertThat(policy.logProbs(batch(before)))
                        .as("log-probabilities of rollouts of the old weights")
                        .isNotEqualTo(TokenValues.of(batch(before), logProbs(before)));
            }
        }
    }

    private static void step(TrainablePolicy policy, Optimizer optimizer, List<RolloutGroup> groups) {
        TokenBatch batch = batch(groups);
        double[] weights = new double[batch.completionTokenCount()];
        Arrays.fill(weights, -1);
        try (ForwardPass pass = policy.forward(batch)) {
            pass.backward(TokenValues.of(batch, weights));
        }
        optimizer.step();
    }

    private static List<Long> versions(List<RolloutGroup> groups) {
        return groups.stream()
                .flatMap(group -> group.rollouts().stream())
                .map(Rollout::policyVersion)
                .toList();
    }

    private static TokenBatch batch(List<RolloutGroup> groups) {
        TokenBatch.Builder batch = TokenBatch.builder(1);
        groups.forEach(batch::add);
        return batch.build();
    }

    private static double[] logProbs(List<RolloutGroup> groups) {
        return groups.stream()
                .flatMap(group -> group.rollouts().stream())
                .flatMapToDouble(rollout -> Arrays.stream(rollout.logProbs()))
                .toArray();
    }

    @Test
    void publishesOnlyTheAdapterOfANewVersion() throws IOException {
        ModelSource source = adapted(SmallModel.write(directory.resolve("model")));
        Path shared = Files.createDirectories(directory.resolve("shared"));
        try (SparkBackend cluster = LocalCluster.reference(
                        ClusterOptions.builder().sharedDirectory(shared).build());
                TrainablePolicy policy = cluster.openTrainablePolicy(source);
                Optimizer optimizer = policy.openOptimizer(
                        OptimizerOptions.builder().learningRate(0.1).build())) {
            List<RolloutGroup> groups = policy.generate(SmallModel.prompts(1), SAMPLING);
            List<Path> first = files(shared);
            step(policy, optimizer, groups);
            policy.generate(SmallModel.prompts(1), SAMPLING);
            List<Path> second = files(shared);
            assertThat(second).hasSameSizeAs(first);
            assertThat(second.stream().filter(file -> !first.contains(file)))
                    .as("new files: the adapter's weights")
                    .singleElement()
                    .satisfies(file -> assertThat(Files.size(file)).isLessThan(16 << 10));
        }
        assertThat(files(shared)).as("what a closed backend leaves").isEmpty();
    }

    private static List<Path> files(Path shared) throws IOException {
        try (Stream<Path> all = Files.walk(shared)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
