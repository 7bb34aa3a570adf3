package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.rollout.FailedBatch;

/** Examples and failed batches: what makes two of them equal, and how they print. */
class BatchValueTest {

    private static FailedBatch batch(String reason, long id, int token, int completion, String name, double reward) {
        TokenBatch tokens = TokenBatch.builder(0.8)
                .add(new int[] {1, token}, List.of(new int[] {completion}))
                .build();
        return new FailedBatch(
                Phase.UPDATE,
                reason,
                "somewhere",
                List.of(id),
                tokens,
                Map.of(name, TokenValues.of(tokens, new double[] {reward})));
    }

    private static SupervisedExample example(int prompt, int completion) {
        return new SupervisedExample(new int[] {1, prompt}, List.of(new int[] {3}, new int[] {4, completion}));
    }

    static Stream<Arguments> families() {
        return Stream.of(
                family(
                        () -> batch("NaN", 1, 2, 3, FailedBatch.REWARD, Double.NaN),
                        batch("Infinity", 1, 2, 3, FailedBatch.REWARD, Double.NaN),
                        batch("NaN", 2, 2, 3, FailedBatch.REWARD, Double.NaN),
                        batch("NaN", 1, 3, 3, FailedBatch.REWARD, Double.NaN),
                        batch("NaN", 1, 2, 4, FailedBatch.REWARD, Double.NaN),
                        batch("NaN", 1, 2, 3, FailedBatch.ADVANTAGE, Double.NaN),
                        batch("NaN", 1, 2, 3, FailedBatch.REWARD, 0.5)),
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
        TokenBatch batch = TokenBatch.builder(1).add(tokens, List.of(tokens)).build();
        FailedBatch failed = new FailedBatch(
                Phase.UPDATE,
                "NON_FINITE_LOSS",
                "the loss is NaN",
                List.of(7L),
                batch,
                Map.of(FailedBatch.SAMPLED, TokenValues.of(batch, new double[10_000])));
        assertThat(failed.toString())
                .contains("NON_FINITE_LOSS", "the loss is NaN")
                .hasSizeLessThan(400);
        assertThat(failed.size()).isEqualTo("1 groups with 20000 tokens, the largest sequence of 20000");
        assertThat(new SupervisedExample(tokens, List.of(tokens, tokens)))
                .hasToString("SupervisedExample[10000 prompt tokens, 2 completions of 20000 tokens]");
    }

    @Test
    void badValuesAreRefusedByName() {
        TokenBatch empty = TokenBatch.builder(1).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FailedBatch(Phase.ROLLOUT, "", "", List.of(1L), empty, Map.of()))
                .withMessage("groups has 1 identities for 0 prompts");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SupervisedExample(new int[0], new int[] {1}))
                .withMessageStartingWith("an example needs a token in the prompt");
    }
}
