package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.reward.ClosedBoxStop;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.spi.Backends;

/** Executors in processes of their own give the bits of one process, also when one of them is killed. */
@Tag("cluster")
class ExecutorLossTest {

    private static final String SLOW = "reference";
    private static final String FAST = "native";
    private static final SamplingOptions SAMPLING =
            SamplingOptions.builder().groupSize(8).temperature(1).maxTokens(200).build();
    private static final ClusterOptions ONE_BY_ONE =
            ClusterOptions.builder().promptsPerTask(1).sequencesPerTask(1).build();

    @TempDir
    private Path directory;

    private static ExecutorProcesses processes;

    @BeforeAll
    static void start() {
        processes = new ExecutorProcesses(entry -> true);
    }

    @AfterAll
    static void stop() {
        processes.close();
    }

    private static SparkBackend cluster(String inner) {
        return SparkBackend.builder(processes.context(), inner)
                .cluster(ONE_BY_ONE)
                .build();
    }

    @Test
    void aKilledExecutorChangesNoRollout() throws Exception {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        try (Tokenizer tokenizer = Tokenizer.open(model.directory());
                Backend local = Backends.open(SLOW);
                SparkBackend cluster = cluster(SLOW);
                Policy policy = cluster.openPolicy(model)) {
            SamplingOptions sampling = SAMPLING.toBuilder()
                    .stopCondition(new ClosedBoxStop(tokenizer, ThoughtFormat.of(ThoughtRule.NONE, tokenizer)))
                    .build();
            assertThat(processes.withOneKilledAfter("", 3, () -> policy.generate(SmallModel.prompts(40), sampling)))
                    .isEqualTo(local.openPolicy(model).generate(SmallModel.prompts(40), sampling));
        }
    }

    @Test
    void aKilledExecutorChangesNoScore() throws Exception {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        List<int[]> sequences =
                IntStream.range(0, 60).mapToObj(i -> SmallModel.tokens(250, i)).toList();
        try (Backend local = Backends.open(SLOW);
                SparkBackend cluster = cluster(SLOW);
                ProxyScorer scorer = cluster.openProxyScorer(model)) {
            assertThat(processes.withOneKilledAfter("", 3, () -> scorer.score(sequences, ScoringOptions.DEFAULTS)))
                    .isEqualTo(local.openProxyScorer(model).score(sequences, ScoringOptions.DEFAULTS));
        }
    }

    @Test
    void trainingOnTheDriverSamplesTheBitsOfOneProcess() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        try (Backend local = Backends.open(FAST);
                SparkBackend cluster = cluster(FAST)) {
            for (ModelSource source : List.of(model, adapted(model))) {
                assertThat(train(cluster.openTrainablePolicy(source)))
                        .as("training of %s", source)
                        .isEqualTo(train(local.openTrainablePolicy(source)));
            }
        }
    }

    @Test
    void aKilledExecutorChangesNoGradient() throws Exception {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        ShardedTraining training = new ShardedTraining(2, 12, 200);
        try (Backend local = Backends.open(SLOW);
                SparkBackend cluster = cluster(SLOW)) {
            List<Double> found = processes.withOneKilledAfter(
                    "gradients", 3, () -> training.run(cluster.openTrainablePolicy(model)));
            assertThat(found).isEqualTo(training.run(local.openTrainablePolicy(model)));
        }
    }

    @Test
    void gradientsOfTheEngineHaveTheBitsOfOneProcess() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        ShardedTraining training = new ShardedTraining(3, 4, 100);
        try (Backend local = Backends.open(FAST);
                SparkBackend cluster = cluster(FAST)) {
            for (ModelSource source : List.of(model, adapted(model))) {
                assertThat(training.run(cluster.openTrainablePolicy(source)))
                        .as("training of %s by shards", source)
                        .isEqualTo(training.run(local.openTrainablePolicy(source)));
            }
        }
    }

    private ModelSource adapted(ModelSource model) {
        return ShardedTraining.adapted(model, directory.resolve("adapter"));
    }

    /** The rollouts of three steps that make long rollouts less likely. */
    private static List<List<RolloutGroup>> train(TrainablePolicy trained) {
        try (TrainablePolicy policy = trained;
                Optimizer optimizer = policy.openOptimizer(
                        OptimizerOptions.builder().learningRate(0.05).build())) {
            return IntStream.range(0, 3)
                    .mapToObj(step -> step(policy, optimizer, step))
                    .toList();
        }
    }

    private static List<RolloutGroup> step(TrainablePolicy policy, Optimizer optimizer, int step) {
        List<RolloutGroup> groups = policy.generate(
                SmallModel.prompts(4),
                SAMPLING.toBuilder().maxTokens(40).step(step).build());
        TokenBatch.Builder builder = TokenBatch.builder(1);
        groups.forEach(builder::add);
        TokenBatch batch = builder.build();
        double[] weights = new double[batch.completionTokenCount()];
        Arrays.fill(weights, 1.0 / weights.length);
        try (ForwardPass pass = policy.forward(batch)) {
            pass.backward(TokenValues.of(batch, weights));
        }
        optimizer.step();
        return groups;
    }
}
