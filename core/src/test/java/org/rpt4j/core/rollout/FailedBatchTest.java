package org.rpt4j.core.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.phase.Phase;

/** What makes two failed batches equal, and how they print. */
class FailedBatchTest {

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

    @Test
    void valuesAreEqualByContentAndAnyDifferenceCounts() {
        FailedBatch one = batch("NaN", 1, 2, 3, FailedBatch.REWARD, Double.NaN);
        assertThat(batch("NaN", 1, 2, 3, FailedBatch.REWARD, Double.NaN))
                .isEqualTo(one)
                .hasSameHashCodeAs(one);
        assertThat(List.of(
                        batch("Infinity", 1, 2, 3, FailedBatch.REWARD, Double.NaN),
                        batch("NaN", 2, 2, 3, FailedBatch.REWARD, Double.NaN),
                        batch("NaN", 1, 3, 3, FailedBatch.REWARD, Double.NaN),
                        batch("NaN", 1, 2, 4, FailedBatch.REWARD, Double.NaN),
                        batch("NaN", 1, 2, 3, FailedBatch.ADVANTAGE, Double.NaN),
                        batch("NaN", 1, 2, 3, FailedBatch.REWARD, 0.5)))
                .doesNotContain(one)
                .doesNotHaveDuplicates();
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
        assertThat(failed.size()).isEqualTo("1 groups with 20000 tokens (longest sequence: 20000)");
    }

    @Test
    void badValuesAreRefusedByName() {
        TokenBatch empty = TokenBatch.builder(1).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FailedBatch(Phase.ROLLOUT, "", "", List.of(1L), empty, Map.of()))
                .withMessage("groups has 1 ids for 0 prompts");
    }
}
