package org.rpt4j.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.AbstractList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.AbsentTokens;

class InputLimitsTest {

    private static final InputLimits LIMITS = new InputLimits(10, 4, AbsentTokens.NONE);

    private static final SamplingOptions ONE =
            SamplingOptions.builder().groupSize(1).build();

    private static TokenBatch batch(int[] prompt, int[]... completions) {
        return TokenBatch.builder(1).add(prompt, List.of(completions)).build();
    }

    @Test
    void everyIdOfTheVocabularyMayBeRead() {
        assertThatCode(() -> LIMITS.requireTokens("text", new int[] {0, 9})).doesNotThrowAnyException();
    }

    @Test
    void idsOutsideTheVocabularyAreRefusedByPlace() {
        for (int id : new int[] {-1, 10, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> LIMITS.requireTokens("text", new int[] {0, id}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("text has the token id " + id + " at index 1, outside the vocabulary of 10 ids");
        }
    }

    @Test
    void aPromptLeavesRoomForAToken() {
        assertThatCode(() -> LIMITS.requireContinuable(List.of(new Prompt(1, new int[3])), ONE))
                .doesNotThrowAnyException();
        assertThatThrownBy(() ->
                        LIMITS.requireContinuable(List.of(new Prompt(1, new int[3]), new Prompt(8, new int[4])), ONE))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessageContaining("prompt 8 has 4 tokens");
        assertThatThrownBy(() -> LIMITS.requireContinuable(List.of(new Prompt(8, new int[] {10})), ONE))
                .hasMessageContaining("prompt 8 has the token id 10");
    }

    @Test
    void promptAndCompletionFillTheWindowAndNoMore() {
        assertThatCode(() -> LIMITS.requireComputable(batch(new int[2], new int[1], new int[2])))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> LIMITS.requireComputable(batch(new int[2], new int[3], new int[1])))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessage("group 0 of the batch has a prompt of 2 tokens and a completion of 3, together more than"
                        + " the context window of 4. Shorten one of them.");
        assertThatThrownBy(() -> LIMITS.requireComputable(batch(new int[1], new int[] {10})))
                .hasMessageContaining("a completion of the batch has the token id 10");
    }

    @Test
    void aSequenceThatIsScoredIsNeitherEmptyNorTooLong() {
        assertThatCode(() -> LIMITS.requireScorable(List.of(new int[1], new int[4]), ScoringOptions.DEFAULTS))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> LIMITS.requireScorable(List.of(new int[1], new int[0]), ScoringOptions.DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sequence 1 is empty; scoring needs at least one token");
        assertThatThrownBy(() -> LIMITS.requireScorable(List.of(new int[5]), ScoringOptions.DEFAULTS))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessage("sequence 0 has 5 tokens, more than the context window of 4. Split it into windows.");
    }

    @Test
    void moreCandidatesThanTokensAreRefusedBeforeAnythingIsScored() {
        BitSet present = new BitSet();
        present.set(0, 7);
        InputLimits padded = new InputLimits(10, 4, AbsentTokens.of(present, 10));
        ScoringOptions seven = ScoringOptions.builder().candidates(7).build();
        ScoringOptions eight = ScoringOptions.builder().candidates(8).build();

        assertThat(padded.requireScorable(List.of(), seven)).isEmpty();
        assertThatThrownBy(() -> padded.requireScorable(List.of(), eight))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessage("candidates is 8, but only 7 of the 10 ids of the model have a token. Ask for at most 7.");
    }

    @Test
    void whatIsCheckedIsACopy() {
        int[] tokens = {1, 2};
        TokenBatch batch = batch(new int[] {1, 2}, new int[] {3});
        double[] weights = {5};
        List<int[]> sequences = LIMITS.requireScorable(List.of(tokens), ScoringOptions.DEFAULTS);
        List<Prompt> prompts = LIMITS.requireContinuable(List.of(new Prompt(7, tokens)), ONE);
        TokenBatch copy = LIMITS.requireComputable(batch);
        double[] values = InputLimits.requireWeights(TokenValues.of(batch, weights), batch);

        tokens[0] = 99;
        batch.promptTokens()[0] = 99;
        batch.completionTokens()[0] = 99;
        batch.completionOffsets()[1] = 99;
        weights[0] = Double.NaN;

        assertThat(sequences.get(0)).containsExactly(1, 2);
        assertThat(prompts).containsExactly(new Prompt(7, new int[] {1, 2}));
        assertThat(copy).isEqualTo(batch(new int[] {1, 2}, new int[] {3}));
        assertThat(values).containsExactly(5);
    }

    /** Another thread would do this between the check and the copy. */
    @Test
    void eachSequenceAndPromptIsReadOnce() {
        assertThat(LIMITS.requireScorable(changing(new int[] {1}, new int[] {10}), ScoringOptions.DEFAULTS))
                .singleElement()
                .isEqualTo(new int[] {1});
        assertThat(LIMITS.requireContinuable(
                        changing(new Prompt(1, new int[] {1}), new Prompt(1, new int[] {10})), ONE))
                .containsExactly(new Prompt(1, new int[] {1}));
    }

    private static <T> List<T> changing(T first, T afterwards) {
        return new AbstractList<>() {
            private boolean read;

            @Override
            public T get(int index) {
                T now = read ? afterwards : first;
                read = true;
                return now;
            }

            @Override
            public int size() {
                return 1;
            }
        };
    }

    @Test
    void aBatchWhoseOffsetsWereChangedIsRefused() {
        for (int offset : new int[] {-1, 99, Integer.MAX_VALUE}) {
            TokenBatch batch = batch(new int[2], new int[1], new int[1]);
            batch.completionOffsets()[1] = offset;
            assertThatThrownBy(() -> LIMITS.requireComputable(batch))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the offsets of the batch do not fit its 2 tokens");
        }
        TokenBatch groups = batch(new int[2], new int[1]);
        groups.groupOffsets()[1] = 5;
        assertThatThrownBy(() -> LIMITS.requireComputable(groups)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void moreRolloutsThanAnArrayHoldsAreRefused() {
        SamplingOptions many =
                SamplingOptions.builder().groupSize(1_500_000_000).build();
        Prompt prompt = new Prompt(1, new int[1]);

        assertThat(LIMITS.requireContinuable(List.of(prompt), many)).hasSize(1);
        assertThatThrownBy(() -> LIMITS.requireContinuable(List.of(prompt, new Prompt(2, new int[1])), many))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 prompts with group-size 1500000000 are 3000000000 rollouts");
    }

    @Test
    void weightsAreFiniteAndInTheShapeOfTheBatch() {
        TokenBatch batch = batch(new int[1], new int[2], new int[1]);
        assertThat(InputLimits.requireWeights(TokenValues.of(batch, new double[] {1, 0, -2}), batch))
                .containsExactly(1, 0, -2);
        assertThatThrownBy(() -> InputLimits.requireWeights(
                        TokenValues.of(batch, new double[] {1, Double.NEGATIVE_INFINITY, 0}), batch))
                .isInstanceOf(NumericalException.class)
                .hasMessage("weight of completion token 1 of 3 is -Infinity; weights must be finite");
        TokenBatch other = batch(new int[1], new int[1], new int[2]);
        assertThatThrownBy(() -> InputLimits.requireWeights(TokenValues.of(other, new double[3]), batch))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRangeOfGradientsLiesWithinThem() {
        InputLimits.requireRange(0, 0, 0);
        InputLimits.requireRange(3, 4, 7);
        for (long from : new long[] {-1, 4, 8, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> InputLimits.requireRange(from, 4, 7))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("4 gradients from " + from);
        }
    }
}
