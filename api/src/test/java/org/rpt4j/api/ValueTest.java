package org.rpt4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Values with arrays: their equality and their text. */
class ValueTest {

    private static final int MANY = 10_000;

    /** A value, created by each call, and values that each differ from it in one property. */
    private static Arguments family(Supplier<Object> value, Object... others) {
        return arguments(value.get().getClass().getSimpleName(), value, List.of(others));
    }

    private static Prompt prompt(long id, int... tokens) {
        return new Prompt(id, tokens);
    }

    private static GroundTruth truth(int second, int... boundaries) {
        return new GroundTruth(new byte[] {7, (byte) second, 9}, boundaries);
    }

    private static PredictionTask task(long id, String document, int position, int token, int target, double entropy) {
        return new PredictionTask(id, document, position, new int[] {1, token}, target, truth(8, 1, 3), entropy);
    }

    private static Rollout rollout(int member, int token, double logProb, FinishReason finish, long version) {
        return new Rollout(member, new int[] {3, token}, new double[] {-1, logProb}, finish, version);
    }

    private static TokenScores scores(double entropy, int argmax, double trueLogProb) {
        return new TokenScores(
                new double[] {Double.NaN, entropy}, new int[] {-1, argmax}, new double[] {Double.NaN, trueLogProb});
    }

    private static TokenBatch.Builder batch(double temperature, int prompt, int completion) {
        return TokenBatch.builder(temperature)
                .add(new int[] {1, prompt}, List.of(new int[] {4}, new int[] {5, completion}));
    }

    private static TokenValues values(TokenBatch batch, double last) {
        return TokenValues.of(batch, new double[] {0.5, -1, last});
    }

    static Stream<Arguments> families() {
        TokenBatch batch = batch(1, 2, 6).build();
        TokenBatch otherLengths = TokenBatch.builder(1)
                .add(new int[] {1}, List.of(new int[] {1, 2}, new int[] {3}))
                .build();
        return Stream.of(
                family(() -> prompt(3, 1, 2), prompt(4, 1, 2), prompt(3, 1, 5), prompt(3, 1)),
                family(() -> truth(8, 1, 3), truth(6, 1, 3), truth(8, 2, 3), truth(8, 3)),
                family(
                        () -> new Prediction.Boxed(new byte[] {1, 2}),
                        new Prediction.Boxed(new byte[] {1, 3}),
                        new Prediction.Boxed(new byte[] {1}),
                        new Prediction.Missing(MissingReason.NO_BOX)),
                family(
                        () -> task(1, "doc", 4, 2, 5, Double.NaN),
                        task(2, "doc", 4, 2, 5, Double.NaN),
                        task(1, "cod", 4, 2, 5, Double.NaN),
                        task(1, "doc", 3, 2, 5, Double.NaN),
                        task(1, "doc", 4, 3, 5, Double.NaN),
                        task(1, "doc", 4, 2, 6, Double.NaN),
                        task(1, "doc", 4, 2, 5, 1.5),
                        new PredictionTask(1, "doc", 4, new int[] {1, 2}, 5, truth(6, 1, 3), Double.NaN)),
                family(
                        () -> rollout(0, 4, -2, FinishReason.LENGTH, 9),
                        rollout(1, 4, -2, FinishReason.LENGTH, 9),
                        rollout(0, 5, -2, FinishReason.LENGTH, 9),
                        rollout(0, 4, -3, FinishReason.LENGTH, 9),
                        rollout(0, 4, -2, FinishReason.STOP_TOKEN, 9),
                        rollout(0, 4, -2, FinishReason.LENGTH, 8)),
                family(() -> scores(1.5, 2, -0.5), scores(1.25, 2, -0.5), scores(1.5, 3, -0.5), scores(1.5, 2, -1)),
                family(
                        () -> scores(1.5, 2, -0.5).withCandidates(new int[] {-1, 2}, new double[] {Double.NaN, -0.5}),
                        scores(1.5, 2, -0.5),
                        scores(1.5, 2, -0.5).withCandidates(new int[] {-1, 3}, new double[] {Double.NaN, -0.5}),
                        scores(1.5, 2, -0.5).withCandidates(new int[] {-1, 2}, new double[] {Double.NaN, -0.25})),
                family(
                        () -> batch(0.8, 2, 6).build(),
                        batch(0.9, 2, 6).build(),
                        batch(0.8, 3, 6).build(),
                        batch(0.8, 2, 7).build(),
                        batch(0.8, 2, 6).add(new int[] {1}, List.of()).build(),
                        TokenBatch.builder(0.8)
                                .add(new int[] {1, 2}, List.of(new int[] {4, 5}, new int[] {6}))
                                .build()),
                family(() -> values(batch, 2), values(batch, 3), values(otherLengths, 2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("families")
    void valuesAreEqualByContentAndAnyDifferenceCounts(String name, Supplier<Object> value, List<Object> others) {
        Object one = value.get();
        Object twin = value.get();

        assertThat(twin).isNotSameAs(one).isEqualTo(one).hasSameHashCodeAs(one);
        assertThat(one).isNotEqualTo(null).isNotEqualTo("text");
        assertThat(others).isNotEmpty().doesNotContain(one).doesNotHaveDuplicates();
    }

    static Stream<Arguments> large() {
        int[] tokens = IntStream.rangeClosed(1, MANY).toArray();
        double[] numbers = new double[MANY];
        GroundTruth truth = new GroundTruth(new byte[MANY], tokens);
        TokenBatch batch = TokenBatch.builder(0.8)
                .add(tokens, List.of(tokens, new int[] {1}))
                .build();
        return Stream.of(
                arguments(new Prompt(12, tokens), "Prompt[id 12, 10000 tokens]"),
                arguments(truth, "GroundTruth[10000 bytes, 10000 tokens]"),
                arguments(new Prediction.Boxed(new byte[MANY]), "Boxed[10000 bytes]"),
                arguments(
                        new PredictionTask(1, "doc", MANY, tokens, 5, truth, 1.5),
                        "PredictionTask[id 1 at doc:10000, 10000 context tokens, target 5, entropy 1.5]"),
                arguments(
                        new Rollout(3, tokens, numbers, FinishReason.STOP_TOKEN, 7),
                        "Rollout[member 3, 10000 tokens, STOP_TOKEN, policy version 7]"),
                arguments(new TokenScores(numbers, tokens, numbers), "TokenScores[10000 tokens]"),
                arguments(
                        new TokenScores(numbers, tokens, numbers).withCandidates(tokens, numbers),
                        "TokenScores[10000 tokens, 1 candidates each]"),
                arguments(batch, "TokenBatch[1 prompts, 2 completions, 20001 tokens, temperature 0.8]"),
                arguments(TokenValues.of(batch, new double[MANY + 1]), "TokenValues[10001 values of 2 completions]"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("large")
    void aValuePrintsItsSizeAndNotItsArrays(Object value, String text) {
        assertThat(value).hasToString(text);
        assertThat(text.length()).isLessThan(120);
    }

    private static Arguments missing(String name, ThrowingCallable call) {
        return arguments(name, call);
    }

    static Stream<Arguments> absent() {
        byte[] bytes = {1};
        int[] ints = {1};
        double[] doubles = {1};
        GroundTruth truth = new GroundTruth(bytes, ints);
        return Stream.of(
                missing("tokens", () -> new Prompt(1, null)),
                missing("bytes", () -> new GroundTruth(null, ints)),
                missing("boundaries", () -> new GroundTruth(bytes, null)),
                missing("content", () -> new Prediction.Boxed(null)),
                missing("documentId", () -> new PredictionTask(1, null, 1, ints, 1, truth, 1)),
                missing("context", () -> new PredictionTask(1, "doc", 1, null, 1, truth, 1)),
                missing("truth", () -> new PredictionTask(1, "doc", 1, ints, 1, null, 1)),
                missing("tokens", () -> new Rollout(0, null, doubles, FinishReason.LENGTH, 1)),
                missing("logProbs", () -> new Rollout(0, ints, null, FinishReason.LENGTH, 1)),
                missing("finish", () -> new Rollout(0, ints, doubles, null, 1)),
                missing("entropy", () -> new TokenScores(null, ints, doubles)),
                missing("argmax", () -> new TokenScores(doubles, null, doubles)),
                missing("trueLogProb", () -> new TokenScores(doubles, ints, null)),
                missing("topIds", () -> new TokenScores(doubles, ints, doubles).withCandidates(null, doubles)),
                missing("topLogProbs", () -> new TokenScores(doubles, ints, doubles).withCandidates(ints, null)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("absent")
    void missingValuesAreRefusedByName(String name, ThrowingCallable call) {
        assertThatNullPointerException().isThrownBy(call).withMessage(name);
    }

    @ParameterizedTest
    @EnumSource
    void aVerdictNamesAMissingPredictionAsTheExtractorDoes(MissingReason reason) {
        assertThat(RewardReason.of(reason).name()).isEqualTo(reason.name());
    }
}
