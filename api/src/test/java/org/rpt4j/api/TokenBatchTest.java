package org.rpt4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBatchTest {

    private static TokenBatch twoGroups() {
        return TokenBatch.builder(0.8)
                .add(new int[] {1, 2, 3}, List.of(new int[] {4}, new int[] {5, 6}))
                .add(new int[] {7}, List.of())
                .add(new int[] {7}, List.of(new int[] {8, 9, 10}))
                .build();
    }

    @Test
    void promptsAreStoredOnceAndOffsetsFindEverything() {
        TokenBatch batch = twoGroups();
        assertThat(batch.promptCount()).isEqualTo(3);
        assertThat(batch.completionCount()).isEqualTo(3);
        assertThat(batch.completionTokenCount()).isEqualTo(6);
        assertThat(batch.tokenCount()).isEqualTo(11);
        assertThat(batch.temperature()).isEqualTo(0.8);
        assertThat(batch.promptTokens()).containsExactly(1, 2, 3, 7, 7);
        assertThat(batch.promptOffsets()).containsExactly(0, 3, 4, 5);
        assertThat(batch.completionTokens()).containsExactly(4, 5, 6, 8, 9, 10);
        assertThat(batch.completionOffsets()).containsExactly(0, 1, 3, 6);
        assertThat(batch.groupOffsets()).containsExactly(0, 2, 2, 3);
    }

    @Test
    void groupsKeepTheirRolloutsInOrder() {
        Prompt prompt = new Prompt(9, new int[] {1});
        Rollout first = new Rollout(0, new int[] {2, 3}, new double[] {-1, -2}, FinishReason.LENGTH, 0);
        Rollout second = new Rollout(1, new int[] {4}, new double[] {-1}, FinishReason.STOP_TOKEN, 0);
        TokenBatch batch = TokenBatch.builder(1)
                .add(new RolloutGroup(prompt, List.of(first, second)))
                .build();
        assertThat(batch.completionTokens()).containsExactly(2, 3, 4);
        assertThat(batch.completionOffsets()).containsExactly(0, 2, 3);
    }

    /** One array many times, so that the batch that is refused takes no memory. */
    @Test
    void moreTokensThanAnArrayHoldsAreRefused() {
        int[] million = new int[1 << 20];
        TokenBatch.Builder builder = TokenBatch.builder(1).add(million, Collections.nCopies(2046, million));
        assertThatThrownBy(() -> builder.add(million, List.of(new int[] {1})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1048577 tokens beside the 2146435072")
                .hasMessageContaining("Split the batch");
        assertThatThrownBy(() -> TokenBatch.builder(1).add(new int[1], Collections.nCopies(5000, million)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5242880001 tokens");
    }

    @Test
    void anEmptyBatchHasOffsetsToo() {
        TokenBatch batch = TokenBatch.builder(1).build();
        assertThat(batch.tokenCount()).isZero();
        assertThat(batch.groupOffsets()).containsExactly(0);
        assertThat(batch.completionOffsets()).containsExactly(0);
    }

    @Test
    void emptyPromptsAndCompletionsAreRefused() {
        TokenBatch.Builder builder = TokenBatch.builder(1).add(new int[] {1}, List.of());
        assertThatThrownBy(() -> builder.add(new int[0], List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("prompt 1 of the batch is empty");
        assertThatThrownBy(() -> builder.add(new int[] {1}, List.of(new int[] {2}, new int[0])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a completion of prompt 1 is empty");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aTemperatureThatCannotDivideIsRefused(double temperature) {
        assertThatThrownBy(() -> TokenBatch.builder(temperature))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("temperature is " + temperature + ", must be positive and finite");
    }

    @Test
    void valuesHaveTheShapeOfTheirBatch() {
        TokenValues values = TokenValues.of(twoGroups(), new double[] {1, 2, 3, 4, 5, 6});
        assertThat(values.size()).isEqualTo(6);
        assertThat(values.completionCount()).isEqualTo(3);
        assertThat(values.offsets()).containsExactly(0, 1, 3, 6);
        assertThat(values.values()).containsExactly(1, 2, 3, 4, 5, 6);
        values.requireShapeOf(twoGroups());
    }

    @Test
    void valuesOfAnotherShapeAreRefusedWithBothShapes() {
        assertThatThrownBy(() -> TokenValues.of(twoGroups(), new double[5]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("got 5 values for 6 completion tokens (batch of 3 completions: lengths [1, 2, 3])");
        TokenBatch sameSum = TokenBatch.builder(1)
                .add(new int[] {1}, List.of(new int[] {1, 1, 1}, new int[] {2, 2, 2}))
                .build();
        TokenValues values = TokenValues.of(twoGroups(), new double[6]);
        assertThatThrownBy(() -> values.requireShapeOf(sameSum))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values have completion lengths [1, 2, 3] but the batch has [3, 3]");
    }
}
