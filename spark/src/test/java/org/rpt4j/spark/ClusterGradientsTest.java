package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.api.GradientWorkers;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.WeightedBatch;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.tck.reference.ReferenceBackend;

class ClusterGradientsTest {

    private static final long MIB = 1 << 20;

    @TempDir
    private Path directory;

    @Test
    void trainingByShardsHasTheBitsOfOneProcess() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        ModelSource adapted = ShardedTraining.adapted(model, directory.resolve("adapter"));
        ShardedTraining training = new ShardedTraining(3, 3, 20);
        try (Backend alone = new ReferenceBackend(BackendOptions.DEFAULTS);
                SparkBackend cluster = LocalCluster.reference(ClusterOptions.DEFAULTS)) {
            for (ModelSource source : List.of(model, adapted)) {
                List<Double> found = training.run(cluster.openTrainablePolicy(source));
                assertThat(found)
                        .as("losses, norms and log-probabilities after training %s", source)
                        .isEqualTo(training.run(alone.openTrainablePolicy(source)))
                        .hasSize(2 * 3 + 29);
            }
        }
    }

    @Test
    void aShardIsTheSumOfItsBatchesFromZeroAndLeavesTheDriverAsItIs() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        List<WeightedBatch> shard =
                IntStream.range(0, 3).mapToObj(ClusterGradientsTest::batch).toList();
        List<WeightedBatch> other = List.of(batch(7));
        try (Backend backend = new ReferenceBackend(BackendOptions.DEFAULTS);
                TrainablePolicy alone = backend.openTrainablePolicy(model);
                SparkBackend cluster = LocalCluster.reference(ClusterOptions.DEFAULTS);
                TrainablePolicy policy = cluster.openTrainablePolicy(model)) {
            GradientAccess gradients = policy.gradients();
            GradientWorkers workers = gradients.workers().orElseThrow();
            gradients.add(0, FloatBuffer.wrap(new float[] {3}));
            List<TokenBatch> batches = Stream.concat(shard.stream(), other.stream())
                    .map(WeightedBatch::batch)
                    .toList();
            assertThat(workers.logProbs(batches))
                    .isEqualTo(
                            batches.stream().map(batch -> forward(alone, batch)).toList());
            assertThat(workers.gradients(List.of(shard, other, shard)))
                    .containsExactly(sum(alone, shard), sum(alone, other), sum(alone, shard));
            FloatBuffer first = FloatBuffer.allocate(2);
            gradients.read(0, first);
            assertThat(first.array()).containsExactly(3, 0);
            assertThat(workers.logProbs(List.of())).isEmpty();
            assertThat(workers.gradients(List.of())).isEmpty();
        }
    }

    @Test
    void aBatchThatDoesNotFitIsRefusedAsInOneProcess() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        try (SparkBackend cluster = LocalCluster.reference(ClusterOptions.DEFAULTS);
                TrainablePolicy policy = cluster.openTrainablePolicy(model)) {
            GradientWorkers workers = policy.gradients().workers().orElseThrow();
            TokenBatch tooLong = TokenBatch.builder(1)
                    .add(new int[] {1}, List.of(SmallModel.tokens(SmallModel.CONTEXT, 1)))
                    .build();
            assertThatThrownBy(() -> workers.logProbs(List.of(tooLong))).isInstanceOf(ContextOverflowException.class);
        }
    }

    private static WeightedBatch batch(int key) {
        int[] tokens = SmallModel.tokens(12, key);
        TokenBatch batch = TokenBatch.builder(0.7)
                .add(new int[] {tokens[0], key}, List.of(tokens, new int[] {tokens[3]}))
                .build();
        double[] weights =
                IntStream.range(0, 13).mapToDouble(i -> 0.3 * i - key).toArray();
        return new WeightedBatch(batch, TokenValues.of(batch, weights));
    }

    private static TokenValues forward(TrainablePolicy policy, TokenBatch batch) {
        try (ForwardPass pass = policy.forward(batch)) {
            return pass.logProbs();
        }
    }

    private static FloatBuffer sum(TrainablePolicy policy, List<WeightedBatch> shard) {
        GradientAccess gradients = policy.gradients();
        gradients.clear();
        for (WeightedBatch part : shard) {
            try (ForwardPass pass = policy.forward(part.batch())) {
                pass.backward(part.weights());
            }
        }
        FloatBuffer all = FloatBuffer.allocate(Math.toIntExact(gradients.size()));
        gradients.read(0, all);
        return all.flip();
    }

    @Test
    void theGradientOfAllWeightsIsRefusedAboveTheSettingAndThatOfAnAdapterIsNot() {
        GradientTraffic traffic = new GradientTraffic(256 * MIB, 1024 * MIB, 4096 * MIB);
        assertThat(traffic.shardsPerJob(64 * MIB, false)).isEqualTo(3);
        assertThatThrownBy(() -> traffic.shardsPerJob(64 * MIB + 1, false))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("257 MiB")
                .hasMessageContaining("spark.rpt4j.gradient-mib")
                .hasMessageContaining("Train an adapter");
        assertThat(traffic.shardsPerJob(64 * MIB + 1, true)).isEqualTo(3);
    }

    @Test
    void aGradientThatSparkWouldNotBringIsRefusedByTheSettingOfSpark() {
        assertThatThrownBy(() -> new GradientTraffic(MIB, 100 * MIB, 0).shardsPerJob(25 * MIB, true))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("spark.driver.maxResultSize");
        assertThatThrownBy(() -> new GradientTraffic(MIB, 0, 512 * MIB).shardsPerJob(33 * MIB, true))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("132 MiB")
                .hasMessageContaining("512 MiB")
                .hasMessageContaining("spark.executor.memory");
        assertThatThrownBy(() -> new GradientTraffic(MIB, 0, 0).shardsPerJob(1L << 29, true))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("one Java array");
        assertThat(new GradientTraffic(MIB, 0, 0).shardsPerJob(25 * MIB, true)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void theLimitsAreThoseOfTheCluster() {
        SparkConf conf =
                new SparkConf(false).set("spark.driver.maxResultSize", "2g").set("spark.executor.memory", "3g");
        ClusterOptions options = ClusterOptions.builder().gradientMib(7).build();
        assertThat(GradientTraffic.of(conf, false, options))
                .isEqualTo(new GradientTraffic(7 * MIB, 2048 * MIB, 3072 * MIB));
        assertThat(GradientTraffic.of(new SparkConf(false), true, ClusterOptions.DEFAULTS))
                .isEqualTo(new GradientTraffic(256 * MIB, 1024 * MIB, 0));
    }
}
