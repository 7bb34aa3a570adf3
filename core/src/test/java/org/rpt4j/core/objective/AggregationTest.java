package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AggregationTest {

    private static final int[] LENGTHS = {1, 4, 7};
    private static final BatchTotals TOTALS = new BatchTotals(3, 12, 10);

    @Test
    void sequenceMeanWeighsCompletionsEqually() {
        double[] losses = {5, 2, -1};
        assertThat(aggregate(Aggregation.SEQUENCE_MEAN_TOKEN_MEAN, losses)).isEqualTo((5 + 2 - 1) / 3.0, within(1e-14));
    }

    @Test
    void tokenMeanWeighsTokensEqually() {
        double[] losses = {5, 2, -1};
        assertThat(aggregate(Aggregation.TOKEN_MEAN, losses)).isEqualTo((5 + 8 - 7) / 12.0, within(1e-14));
    }

    @Test
    void constantDividesByTheMaximumLength() {
        double[] losses = {5, 2, -1};
        assertThat(aggregate(Aggregation.CONSTANT, losses)).isEqualTo((5 + 8 - 7) / 30.0, within(1e-14));
    }

    /** A long wrong answer hides its tokens from GRPO; Dr. GRPO treats tokens of all lengths alike. */
    @Test
    void longCompletionsWeighLessUnderTheSequenceMean() {
        double shortToken = Aggregation.SEQUENCE_MEAN_TOKEN_MEAN.factor(1, TOTALS);
        double longToken = Aggregation.SEQUENCE_MEAN_TOKEN_MEAN.factor(7, TOTALS);
        assertThat(shortToken / longToken).isEqualTo(7, within(1e-12));
        for (Aggregation fair : new Aggregation[] {Aggregation.TOKEN_MEAN, Aggregation.CONSTANT}) {
            assertThat(fair.factor(1, TOTALS)).isEqualTo(fair.factor(7, TOTALS));
        }
    }

    /** With a constant divisor, tokens elsewhere in the step do not change the factor; with a token mean they do. */
    @Test
    void onlyTheConstantIsIndependentOfOtherLengths() {
        BatchTotals longer = new BatchTotals(3, 24, 10);
        assertThat(Aggregation.CONSTANT.factor(4, longer)).isEqualTo(Aggregation.CONSTANT.factor(4, TOTALS));
        assertThat(Aggregation.TOKEN_MEAN.factor(4, longer)).isEqualTo(Aggregation.TOKEN_MEAN.factor(4, TOTALS) / 2);
    }

    /** Tokens of 0.25 each, and of 0.1 with L_max 10. */
    @Test
    void oneCompletionMayBeTheWholeStep() {
        BatchTotals totals = new BatchTotals(1, 4, 10);
        assertThat(Aggregation.SEQUENCE_MEAN_TOKEN_MEAN.factor(4, totals)).isEqualTo(0.25);
        assertThat(Aggregation.TOKEN_MEAN.factor(4, totals)).isEqualTo(0.25);
        assertThat(Aggregation.CONSTANT.factor(4, totals)).isEqualTo(0.1);
    }

    @Test
    void stepsOfSingleTokensAndEmptyStepsHaveTotals() {
        BatchTotals single = new BatchTotals(2, 2, 1);
        for (Aggregation aggregation : Aggregation.values()) {
            assertThat(aggregation.factor(1, single)).isEqualTo(0.5);
        }
        BatchTotals empty = new BatchTotals(0, 0, 10);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Aggregation.CONSTANT.factor(1, empty))
                .withMessageContaining("not part of");
    }

    @Test
    void badInputIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Aggregation.CONSTANT.factor(0, TOTALS));
        assertThatIllegalArgumentException().isThrownBy(() -> Aggregation.TOKEN_MEAN.factor(13, TOTALS));
        assertThatIllegalArgumentException().isThrownBy(() -> new BatchTotals(3, 2, 10));
        assertThatIllegalArgumentException().isThrownBy(() -> new BatchTotals(-1, 0, 10));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchTotals(0, 5, 10))
                .withMessageContaining("5 tokens in 0 sequences");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchTotals(3, 12, 0))
                .withMessageContaining("maxTokens");
    }

    private static double aggregate(Aggregation aggregation, double[] lossOfEachToken) {
        double sum = 0;
        for (int i = 0; i < LENGTHS.length; i++) {
            for (int t = 0; t < LENGTHS[i]; t++) {
                sum += aggregation.factor(LENGTHS[i], TOTALS) * lossOfEachToken[i];
            }
        }
        return sum;
    }
}
