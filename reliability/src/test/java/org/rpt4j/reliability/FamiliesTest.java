package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.WeightLayout.LayerWeight;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.TinyFamily;
import org.rpt4j.tck.Tolerances;
import org.rpt4j.tck.reference.ReferenceGradients;
import org.rpt4j.tck.reference.ReferenceModel;

/** Every family has the numbers of the reference with every backend, in every role. */
class FamiliesTest {

    private static final double TEMPERATURE = 0.8;
    private static final double LOG_PROB = Tolerances.FP32.logProb();

    /** Texts beyond every window, a group behind a prompt, and a text of its own. */
    private static final TokenBatch BATCH = TokenBatch.builder(TEMPERATURE)
            .add(
                    new int[] {1, 7, 7, 30, 12, 4, 9},
                    List.of(new int[] {5, 9, 36, 2, 11, 3, 8}, new int[] {8}, new int[] {6, 20, 13, 1}))
            .add(new int[] {0, 4}, List.of(new int[] {3, 3, 17, 0, 21, 5, 5, 31, 9, 28, 14}))
            .build();

    @TempDir
    private Path directory;

    static Stream<Arguments> all() {
        return of("native", "djl", "onnx");
    }

    static Stream<Arguments> trained() {
        return of("reference", "native", "djl");
    }

    private static Stream<Arguments> of(String... backends) {
        return Arrays.stream(backends)
                .flatMap(backend ->
                        Arrays.stream(TinyFamily.values()).map(family -> Arguments.arguments(backend, family)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void logProbsAreThoseOfTheReference(String backend, TinyFamily family) {
        ModelSource source = family.write(directory);
        double[] actual = with(backend, opened -> {
            try (Policy policy = opened.openPolicy(source)) {
                return policy.logProbs(BATCH).values();
            }
        });
        assertThat(actual).containsExactly(reference(source, BATCH), within(LOG_PROB));
    }

    private static double[] reference(ModelSource source, TokenBatch batch) {
        return with("reference", opened -> {
            try (Policy policy = opened.openPolicy(source)) {
                return policy.logProbs(batch).values();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsSampledHasTheProbabilityOfTheReference(String backend, TinyFamily family) {
        ModelSource source = family.write(directory);
        SamplingOptions options = SamplingOptions.builder()
                .groupSize(3)
                .temperature(TEMPERATURE)
                .maxTokens(14)
                .seed(7)
                .step(2)
                .build();
        List<Prompt> prompts = List.of(new Prompt(3, new int[] {9, 1, 4, 4, 17, 30}), new Prompt(5, new int[] {11}));
        List<RolloutGroup> groups = with(backend, opened -> {
            try (Policy policy = opened.openPolicy(source)) {
                return policy.generate(prompts, options);
            }
        });
        for (int p = 0; p < prompts.size(); p++) {
            for (Rollout rollout : groups.get(p).rollouts()) {
                TokenBatch batch = TokenBatch.builder(TEMPERATURE)
                        .add(prompts.get(p).tokens(), List.of(rollout.tokens()))
                        .build();
                assertThat(rollout.logProbs()).containsExactly(reference(source, batch), within(LOG_PROB));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void scoresAreThoseOfTheReference(String backend, TinyFamily family) {
        ModelSource source = family.write(directory);
        List<int[]> texts = List.of(new int[] {3, 9, 30, 4, 4, 21, 7, 1, 0, 12, 36}, new int[] {5, 6});
        List<TokenScores> expected = scores("reference", source, texts);
        List<TokenScores> actual = scores(backend, source, texts);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(actual.get(i).entropy()).containsExactly(expected.get(i).entropy(), within(LOG_PROB));
            assertThat(actual.get(i).trueLogProb())
                    .containsExactly(expected.get(i).trueLogProb(), within(LOG_PROB));
        }
    }

    private static List<TokenScores> scores(String backend, ModelSource source, List<int[]> texts) {
        return with(backend, opened -> {
            try (ProxyScorer scorer = opened.openProxyScorer(source)) {
                return scorer.score(texts, ScoringOptions.builder().topK(8).build());
            }
        });
    }

    /** With betas of 0 and a large E as rate and epsilon, an AdamW step moves a weight by -E g / (|g| + E). */
    @ParameterizedTest
    @MethodSource("trained")
    void gradientsAreThoseOfTheReference(String backend, TinyFamily family) {
        assertGradients(backend, family, BATCH, false);
    }

    /** Enough completions of one prompt that the native engine computes them part by part. */
    @ParameterizedTest
    @MethodSource("trained")
    void gradientsOfAGroupInPartsAreThoseOfTheReference(String backend, TinyFamily family) {
        List<int[]> completions = new ArrayList<>();
        for (int c = 0; c < 70; c++) {
            int[] completion = new int[20];
            for (int t = 0; t < completion.length; t++) {
                completion[t] = (5 * c + 11 * t) % family.config().vocabularySize();
            }
            completions.add(completion);
        }
        TokenBatch group = TokenBatch.builder(TEMPERATURE)
                .add(new int[] {9, 1, 4, 4, 17, 30, 2, 8}, completions)
                .build();
        assertGradients(backend, family, group, true);
    }

    private void assertGradients(String backend, TinyFamily family, TokenBatch batch, boolean recompute) {
        double large = 1024;
        ModelSource source = family.write(directory.resolve("model"));
        double[] ones = new double[batch.completionTokenCount()];
        for (int i = 0; i < ones.length; i++) {
            ones[i] = (i % 3 - 0.7) * BATCH.completionTokenCount() / ones.length;
        }
        TokenValues weights = TokenValues.of(batch, ones);
        double[][] expected = ReferenceGradients.of(family.model(), batch, weights);
        Path saved = directory.resolve("saved");
        with(backend, options -> options.recomputeActivations(recompute), opened -> {
            try (TrainablePolicy policy = opened.openTrainablePolicy(source);
                    Optimizer optimizer = policy.openOptimizer(OptimizerOptions.builder()
                            .learningRate(large)
                            .beta1(0)
                            .beta2(0)
                            .epsilon(large)
                            .weightDecay(0)
                            .maxGradientNorm(Double.POSITIVE_INFINITY)
                            .build())) {
                try (ForwardPass pass = policy.forward(batch)) {
                    pass.backward(weights);
                }
                optimizer.step();
                policy.save(saved);
                return saved;
            }
        });
        ReferenceModel before = family.model();
        double[][] after = ReferenceModel.read(saved).weights();
        double floor = 0.01
                * Arrays.stream(expected)
                        .mapToDouble(FamiliesTest::largest)
                        .max()
                        .orElseThrow();
        for (int i = 0; i < expected.length; i++) {
            double tolerance = Tolerances.FP32.gradient() * Math.max(largest(expected[i]), floor);
            for (int j = 0; j < expected[i].length; j++) {
                double moved = before.weights()[i][j] - after[i][j];
                assertThat(moved / (1 - Math.abs(moved) / large))
                        .as("%s [%d]", before.layout().all().get(i).name(), j)
                        .isCloseTo(expected[i][j], within(tolerance));
            }
        }
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    @ParameterizedTest
    @MethodSource("trained")
    void aSavedModelIsTheSameBitByBit(String backend, TinyFamily family) throws IOException {
        ModelSource source = family.write(directory.resolve("model"));
        Path saved = directory.resolve("saved");
        with(backend, opened -> {
            try (TrainablePolicy policy = opened.openTrainablePolicy(source)) {
                policy.save(saved);
                return saved;
            }
        });
        assertThat(ReferenceModel.read(saved).config()).isEqualTo(family.config());
        assertThat(Files.readAllBytes(saved.resolve("model.safetensors")))
                .isEqualTo(Files.readAllBytes(directory.resolve("model/model.safetensors")));
    }

    /** Equal rows of a router give equal probabilities, of which the lower numbers are chosen. */
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void ofExpertsWithTheSameProbabilityTheLowerIsChosen(String backend) {
        ReferenceModel model = TinyFamily.QWEN3_MOE.model();
        for (int layer = 0; layer < model.config().layers(); layer++) {
            Arrays.fill(model.weights()[model.layout().index(layer, LayerWeight.ROUTER)], 0);
        }
        model.write(directory);
        ModelSource source = ModelSource.directory(directory);
        double[] actual = with(backend, opened -> {
            try (Policy policy = opened.openPolicy(source)) {
                return policy.logProbs(BATCH).values();
            }
        });
        assertThat(actual).containsExactly(reference(source, BATCH), within(LOG_PROB));
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl"})
    void anAdapterOfAttentionBesideExpertsTakesTheStepsOfTheReference(String backend) {
        ModelSource base = TinyFamily.QWEN3_MOE_MIXED.write(directory.resolve("model"));
        AdapterWriter.initialize(
                directory.resolve("adapter"),
                base,
                LoraOptions.builder()
                        .rank(3)
                        .targets(List.of("q_proj", "k_proj", "v_proj", "o_proj"))
                        .build(),
                5);
        ModelSource source = base.withAdapter(directory.resolve("adapter"));
        assertThat(trainedLogProbs(backend, source))
                .containsExactly(trainedLogProbs("reference", source), within(10 * LOG_PROB));
    }

    private static double[] trainedLogProbs(String backend, ModelSource source) {
        return with(backend, opened -> {
            try (TrainablePolicy policy = opened.openTrainablePolicy(source);
                    Optimizer optimizer = policy.openOptimizer(
                            OptimizerOptions.builder().learningRate(0.01).build())) {
                double[] weights = new double[BATCH.completionTokenCount()];
                Arrays.fill(weights, -1);
                for (int step = 0; step < 3; step++) {
                    try (ForwardPass pass = policy.forward(BATCH)) {
                        pass.backward(TokenValues.of(BATCH, weights));
                    }
                    optimizer.step();
                }
                return policy.logProbs(BATCH).values();
            }
        });
    }

    private static <T> T with(String name, Function<Backend, T> work) {
        return with(name, options -> options, work);
    }

    private static <T> T with(String name, UnaryOperator<BackendOptions.Builder> options, Function<Backend, T> work) {
        try (Backend backend = Backends.open(
                name, options.apply(BackendOptions.builder().threads(1)).build())) {
            return work.apply(backend);
        }
    }
}
