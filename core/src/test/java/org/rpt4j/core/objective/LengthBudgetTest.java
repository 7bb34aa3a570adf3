package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.core.objective.TruncationHandling.LengthBudget;

class LengthBudgetTest {

    private static final LengthBudget BUDGET = new LengthBudget(100, 60, 0.5, 0.2);

    /** max(60, floor(100 * 0.5^way)), computed in Python. */
    @ParameterizedTest
    @CsvSource({"0, 100", "0.25, 84", "0.5, 70", "0.75, 60", "0.999, 60"})
    void theBudgetShrinksToItsLeast(double way, int tokens) {
        assertThat(BUDGET.at(way)).isEqualTo(tokens);
    }

    /** At the first step: a triangle from 0 over 0.2 at 100 tokens to 0 at 200. */
    @ParameterizedTest
    @CsvSource({"100, 0.2", "50, 0.1", "1, 0.002", "150, 0.1", "199, 0.002", "200, 0", "900, 0"})
    void aCompletionOfTheBudgetEarnsTheMost(int length, double reward) {
        TruncationHandling handling = new TruncationHandling(false, OverlongPenalty.NONE, BUDGET);
        assertThat(handling.of(length, 1000, 0)).isEqualTo(reward, within(1e-15));
    }

    /** Half way the budget is 70 tokens; the penalty takes 0.5 of the last 20 of 90 tokens. */
    @Test
    void budgetAndPenaltyAddUp() {
        TruncationHandling both = new TruncationHandling(false, new OverlongPenalty(20, 1), BUDGET);
        assertThat(both.of(70, 90, 0.5)).isEqualTo(0.2, within(1e-15));
        assertThat(both.of(80, 90, 0.5)).isEqualTo(0.2 * (1 - 10.0 / 70) - 0.5, within(1e-15));
    }

    @Test
    void noBudgetRewardsNoLength() {
        assertThat(LengthBudget.NONE.at(0)).isZero();
        for (int length : new int[] {1, 50, 100}) {
            assertThat(TruncationHandling.KEEP.of(length, 100, 0.5)).isZero();
        }
        assertThat(TruncationHandling.MASK.budget()).isEqualTo(LengthBudget.NONE);
    }

    @Test
    void aBudgetDoesNotFallUpwards() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LengthBudget(10, 11, 0.5, 0.1))
                .withMessageContaining("first is 10 and least is 11")
                .withMessageContaining("Lower the least, or raise the first");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LengthBudget(10, 1, 0, 0.1))
                .withMessageContaining("decay is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LengthBudget(10, 1, 0.5, 0))
                .withMessageContaining("weight is 0");
    }
}
