package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Examples and the parts of a failed batch: what makes two of them equal, and how they print. */
class BatchValueTest {

    private static FailedBatch.Completion completion(
            int member, int token, double sampled, double trained, double reward, double advantage) {
        return new FailedBatch.Completion(
                member, new int[] {token}, new double[] {sampled}, new double[] {trained}, reward, advantage);
    }

    private static FailedBatch.Group group(long id, int token, int completion) {
        return new FailedBatch.Group(id, new int[] {1, token}, List.of(completion(0, completion, -1, -2, 1, 0.5)));
    }

    private static SupervisedExample example(int prompt, int completion) {
        return new SupervisedExample(new int[] {1, prompt}, List.of(new int[] {3}, new int[] {4, completion}));
    }

    static Stream<Arguments> families() {
        return Stream.of(
                family(
                        () -> completion(0, 5, -1, -2, 1, Double.NaN),
                        completion(1, 5, -1, -2, 1, Double.NaN),
                        completion(0, 6, -1, -2, 1, Double.NaN),
                        completion(0, 5, -3, -2, 1, Double.NaN),
                        completion(0, 5, -1, Double.NaN, 1, Double.NaN),
                        completion(0, 5, -1, -2, 0, Double.NaN),
                        completion(0, 5, -1, -2, 1, 0.5)),
                family(() -> group(1, 2, 3), group(2, 2, 3), group(1, 3, 3), group(1, 2, 4)),
                family(
                        () -> example(2, 5),
                        example(3, 5),
                        example(2, 6),
                        new SupervisedExample(new int[] {1, 2}, new int[] {3})));
    }

    private static Arguments family(Supplier<Object> value, Object... others) {
        return arguments(value.get().getClass().getSimpleName(), value, List.of(others));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("families")
    void twinsAreEqualAndWhatDiffersInOneThingIsNot(String name, Supplier<Object> value, List<Object> others) {
        assertThat(value.get()).isEqualTo(value.get()).hasSameHashCodeAs(value.get());
        assertThat(others).isNotEmpty().doesNotContain(value.get()).doesNotHaveDuplicates();
    }

    @Test
    void aValuePrintsItsSizeAndNotItsTokens() {
        int[] tokens = new int[10_000];
        double[] none = {};
        FailedBatch.Completion completion = new FailedBatch.Completion(3, tokens, none, none, 1, 0.5);
        assertThat(completion).hasToString("Completion[member 3, 10000 tokens, reward 1.0, advantage 0.5]");
        assertThat(new FailedBatch.Group(7, tokens, List.of(completion)))
                .hasToString("Group[id 7, 10000 prompt tokens, 1 completions]");
        assertThat(new SupervisedExample(tokens, List.of(tokens, tokens)))
                .hasToString("SupervisedExample[10000 prompt tokens, 2 completions of 20000 tokens]");
    }

    @Test
    void badValuesAreRefusedByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> new FailedBatch.Group(1, null, List.of()))
                .withMessage("prompt");
        assertThatNullPointerException()
                .isThrownBy(() -> new FailedBatch.Completion(0, new int[0], null, new double[0], 1, 1))
                .withMessage("sampledLogProbs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SupervisedExample(new int[0], new int[] {1}))
                .withMessageStartingWith("an example needs a token in the prompt");
    }
}
