package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.tck.TinyModel;
import org.rpt4j.tck.reference.ReferencePolicy;
import org.rpt4j.tck.reference.ReferenceProxyScorer;

/** 8-bit weights: close to the reference, the same bits on every instruction set, and only for the roles that ask. */
@EnabledIf(Library.BUILT)
class Int8Test {

    // Nats, averaged over the tokens of a sequence. These models, with short rows and random weights, measured 0.002 to
    // 0.012 and 0.007 to 0.036; a wrong scale or correction changes them by more than 1.
    private static final double ENTROPY = 0.02;
    private static final double LOG_PROB = 0.1;
    private static final ScoringOptions SCORING =
            ScoringOptions.builder().topK(16).build();

    @TempDir
    private Path directory;

    static String[] usable() {
        NativeLibraries.load();
        return NativeEngine.instructionSets().split(", ");
    }

    @BeforeEach
    void ask() {
        System.setProperty(EngineSettings.INT8, "policy, scorer");
    }

    @AfterEach
    void clear() {
        System.clearProperty(EngineSettings.INT8);
        System.clearProperty(EngineSettings.INSTRUCTIONS);
    }

    @ParameterizedTest
    @EnumSource
    void scoresAreNearTheReference(TinyModel model) {
        ModelSource source = model.write(directory);
        List<int[]> sequences = IntStream.range(0, 6)
                .mapToObj(i ->
                        new Random(i).ints(8 + 4 * i, 0, Batches.VOCABULARY).toArray())
                .toList();
        try (ReferenceProxyScorer reference = new ReferenceProxyScorer(source);
                NativeBackend backend = new NativeBackend(BackendOptions.DEFAULTS);
                ProxyScorer scorer = backend.openProxyScorer(source)) {
            List<TokenScores> expected = reference.score(sequences, SCORING);
            List<TokenScores> actual = scorer.score(sequences, SCORING);
            for (int s = 0; s < sequences.size(); s++) {
                assertThat(meanDifference(
                                expected.get(s).entropy(), actual.get(s).entropy()))
                        .isBetween(1e-4, ENTROPY);
                assertThat(meanDifference(
                                expected.get(s).trueLogProb(), actual.get(s).trueLogProb()))
                        .isBetween(1e-4, LOG_PROB);
            }
        }
    }

    @Test
    void rolloutsCarryTheLogProbabilitiesOfTheirSampler() {
        ModelSource source = TinyModel.QWEN3.write(directory);
        try (NativeBackend backend = new NativeBackend(BackendOptions.DEFAULTS);
                Policy policy = backend.openPolicy(source)) {
            List<RolloutGroup> groups = policy.generate(Batches.prompts(4), Batches.SAMPLING);
            TokenBatch batch = batchOf(groups);
            assertThat(policy.logProbs(batch).values()).isEqualTo(sampled(groups));
            try (ReferencePolicy reference = new ReferencePolicy(source)) {
                assertThat(meanDifference(reference.logProbs(batch).values(), sampled(groups)))
                        .isBetween(1e-4, LOG_PROB);
            }
        }
    }

    @Test
    void rolloutsHaveTheSameBitsForAnyThreadsAndAnyCompany() {
        TinyModel.LLAMA.write(directory);
        List<RolloutGroup> first = generate(1, 256, 0, 6);
        assertThat(sampled(generate(3, 256, 0, 6))).isEqualTo(sampled(first));
        assertThat(sampled(generate(2, 5, 0, 6))).isEqualTo(sampled(first));
        assertThat(sampled(generate(2, 256, 4, 5))).isEqualTo(sampled(first.subList(4, 5)));
    }

    private List<RolloutGroup> generate(int threads, int maxSequences, int from, int to) {
        BackendOptions options = BackendOptions.DEFAULTS.toBuilder()
                .threads(threads)
                .maxSequences(maxSequences)
                .build();
        try (NativeBackend backend = new NativeBackend(options);
                Policy policy = backend.openPolicy(ModelSource.directory(directory))) {
            return policy.generate(Batches.prompts(6).subList(from, to), Batches.SAMPLING);
        }
    }

    /** Integers are exact everywhere; the last bits of norms and attention may change how an activation rounds. */
    @ParameterizedTest
    @MethodSource("usable")
    void instructionSetsDifferInRareRoundings(String name) {
        ModelSource source = TinyModel.QWEN2.write(directory);
        System.setProperty(EngineSettings.INSTRUCTIONS, "portable");
        double[] expected = logProbs(source);
        System.setProperty(EngineSettings.INSTRUCTIONS, name);
        assertThat(meanDifference(expected, logProbs(source))).isLessThan(0.002);
    }

    private static double[] logProbs(ModelSource source) {
        try (NativeBackend backend = new NativeBackend(BackendOptions.DEFAULTS);
                Policy policy = backend.openPolicy(source)) {
            return policy.logProbs(Batches.random(5)).values();
        }
    }

    @Test
    void whatIsTrainedIsNotQuantised() {
        ModelSource source = TinyModel.LLAMA_BIASED.write(directory);
        try (NativeBackend backend = new NativeBackend(BackendOptions.DEFAULTS);
                Policy trainable = backend.openTrainablePolicy(source);
                Policy policy = backend.openPolicy(source);
                ReferencePolicy reference = new ReferencePolicy(source)) {
            TokenBatch batch = batchOf(trainable.generate(Batches.prompts(4), Batches.SAMPLING));
            double[] exact = reference.logProbs(batch).values();
            assertThat(meanDifference(exact, trainable.logProbs(batch).values()))
                    .isLessThan(1e-5);
            assertThat(meanDifference(exact, policy.logProbs(batch).values())).isGreaterThan(1e-4);
        }
    }

    @Test
    void whatIsQuantisedIsNotTrained() {
        ModelSource source = TinyModel.LLAMA.write(directory);
        try (NativeBackend backend = new NativeBackend(BackendOptions.DEFAULTS);
                TrainablePolicy cast = (TrainablePolicy) backend.openPolicy(source)) {
            assertThatThrownBy(() -> cast.forward(Batches.random(1)))
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("openTrainablePolicy");
            assertThatThrownBy(() -> cast.openOptimizer(OptimizerOptions.PAPER))
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("openTrainablePolicy");
        }
    }

    private static TokenBatch batchOf(List<RolloutGroup> groups) {
        TokenBatch.Builder batch = TokenBatch.builder(Batches.SAMPLING.logProbTemperature());
        groups.forEach(batch::add);
        return batch.build();
    }

    private static double[] sampled(List<RolloutGroup> groups) {
        return groups.stream()
                .flatMap(group -> group.rollouts().stream())
                .flatMapToDouble(rollout -> Arrays.stream(rollout.logProbs()))
                .toArray();
    }

    /** Over the positions where {@code a} is a number. */
    private static double meanDifference(double[] a, double[] b) {
        assertThat(a).hasSameSizeAs(b);
        return IntStream.range(0, a.length)
                .filter(i -> !Double.isNaN(a[i]))
                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                .average()
                .orElseThrow();
    }
}
