package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.CheckpointInitializer;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.spi.Backends;

/**
 * What a cluster costs beside the computing, for docs/scale.md: one process with two threads against two executors with
 * one thread each, in turns, with equal results; and the price of a call, a task and a byte of weights. The table goes to
 * {@code target/cluster-costs.md}.
 */
@Tag("cluster")
class ClusterCostTest {

    private static final String NATIVE = "native";
    private static final int VOCABULARY = 32_000;
    private static final int ROUNDS = 5;

    @TempDir
    private Path directory;

    private final StringBuilder table = new StringBuilder("| what | median | least |\n|---|---:|---:|\n");

    @Test
    void costs() throws IOException {
        ModelSource tiny = SmallModel.write(directory.resolve("tiny"));
        ModelSource model = model(directory.resolve("model"));
        try (ExecutorProcesses processes = new ExecutorProcesses(entry -> true);
                Backend alone = Backends.open(NATIVE, options(2));
                SparkBackend cluster = SparkBackend.builder(processes.context(), NATIVE)
                        .options(options(1))
                        .cluster(ClusterOptions.builder()
                                .promptsPerTask(2)
                                .sequencesPerTask(4)
                                .build())
                        .build()) {
            priceOfTasks(cluster, tiny);
            scoring(alone, cluster, model);
            rollouts(alone, cluster, model);
        }
        Files.writeString(Path.of("target", "cluster-costs.md"), table);
    }

    private static BackendOptions options(int threads) {
        return BackendOptions.DEFAULTS.toBuilder()
                .threads(threads)
                .precision(Precision.BF16)
                .build();
    }

    /** Sequences that take no time to compute. */
    private void priceOfTasks(SparkBackend cluster, ModelSource tiny) {
        try (ProxyScorer scorer = cluster.openProxyScorer(tiny)) {
            double[] few = new double[ROUNDS];
            double[] many = new double[ROUNDS];
            scorer.score(sequences(400, 4, SmallModel.VOCABULARY), ScoringOptions.DEFAULTS);
            for (int i = 0; i < ROUNDS; i++) {
                few[i] = seconds(() -> scorer.score(sequences(4, 4, SmallModel.VOCABULARY), ScoringOptions.DEFAULTS));
                many[i] = seconds(
                        () -> scorer.score(sequences(4_000, 4, SmallModel.VOCABULARY), ScoringOptions.DEFAULTS));
            }
            line("a call of one task, ms", 1_000, few);
            line(
                    "each further task, ms",
                    1_000,
                    IntStream.range(0, ROUNDS)
                            .mapToDouble(i -> (many[i] - few[i]) / 999)
                            .toArray());
        }
    }

    private void scoring(Backend alone, SparkBackend cluster, ModelSource model) {
        List<int[]> sequences = sequences(64, 512, VOCABULARY);
        double[] firstCall = {0};
        try (ProxyScorer local = alone.openProxyScorer(model);
                ProxyScorer remote = cluster.openProxyScorer(model)) {
            List<TokenScores> expected = local.score(sequences, ScoringOptions.DEFAULTS);
            firstCall[0] = seconds(() ->
                    assertThat(remote.score(sequences, ScoringOptions.DEFAULTS)).isEqualTo(expected));
            double[] here = new double[ROUNDS];
            double[] there = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                here[i] = seconds(() -> local.score(sequences, ScoringOptions.DEFAULTS));
                there[i] = seconds(() -> remote.score(sequences, ScoringOptions.DEFAULTS));
            }
            line("64 x 512 tokens scored by one process, s", 1, here);
            line("the same by two executors, s", 1, there);
            line("the first call: 61 MB of weights to each executor, and opening them, s", 1, firstCall);
        }
    }

    private void rollouts(Backend alone, SparkBackend cluster, ModelSource model) {
        SamplingOptions sampling = SamplingOptions.builder()
                .groupSize(8)
                .temperature(1)
                .maxTokens(64)
                .build();
        List<Prompt> prompts = IntStream.range(0, 8)
                .mapToObj(i -> new Prompt(i, tokens(256, i, VOCABULARY)))
                .toList();
        try (Policy local = alone.openPolicy(model);
                Policy remote = cluster.openPolicy(model)) {
            List<RolloutGroup> expected = local.generate(prompts, sampling);
            assertThat(remote.generate(prompts, sampling)).isEqualTo(expected);
            double[] here = new double[ROUNDS];
            double[] there = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                here[i] = seconds(() -> local.generate(prompts, sampling));
                there[i] = seconds(() -> remote.generate(prompts, sampling));
            }
            line("8 groups of 8 rollouts of 64 tokens by one process, s", 1, here);
            line("the same by two executors, s", 1, there);
        }
    }

    private void line(String what, double factor, double[] seconds) {
        double[] sorted = Arrays.stream(seconds).map(s -> s * factor).sorted().toArray();
        table.append(String.format(Locale.ROOT, "| %s | %.3f | %.3f |%n", what, sorted[sorted.length / 2], sorted[0]));
    }

    private static double seconds(Supplier<?> call) {
        long start = System.nanoTime();
        assertThat(call.get()).isNotNull();
        return (System.nanoTime() - start) / 1e9;
    }

    private static List<int[]> sequences(int count, int length, int vocabulary) {
        List<int[]> sequences = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sequences.add(tokens(length, i, vocabulary));
        }
        return sequences;
    }

    private static int[] tokens(int length, int key, int vocabulary) {
        return IntStream.range(0, length)
                .map(i -> CounterRandom.below(vocabulary, key, i))
                .toArray();
    }

    /** A random model of 15 million parameters: 6 layers of width 288. */
    private static ModelSource model(Path directory) throws IOException {
        Files.createDirectories(directory);
        CheckpointInitializer.initialize(
                directory,
                new ModelConfig(
                        Architecture.LLAMA,
                        VOCABULARY,
                        288,
                        768,
                        6,
                        6,
                        6,
                        48,
                        1024,
                        1e-5,
                        10_000,
                        new RopeScaling.None(),
                        true,
                        false,
                        false,
                        false,
                        List.of()),
                1);
        return ModelSource.directory(directory);
    }
}
