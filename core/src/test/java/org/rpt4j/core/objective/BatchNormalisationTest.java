package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BatchNormalisationTest {

    private static final double[] NO_REWARDS = {};

    /** Over tokens the values are 1, 1, 1, -2: mean 0.25, sample variance 6.75 / 3 = 2.25. */
    @Test
    void whitenedCountsTokens() {
        double[] whitened = BatchNormalisation.WHITENED.of(new double[] {1, -2}, new int[] {3, 1}, NO_REWARDS);
        assertThat(whitened).containsExactly(new double[] {0.5, -1.5}, within(1e-8));
    }

    @Test
    void whitenedTokensHaveMeanZeroAndDeviationOne() {
        double[] advantages = {0.75, -0.25, -0.25, 0.5, -0.5};
        int[] lengths = {4, 9, 2, 7, 5};
        double[] whitened = BatchNormalisation.WHITENED.of(advantages, lengths, NO_REWARDS);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 5; i++) {
            sum += lengths[i] * whitened[i];
            squares += lengths[i] * whitened[i] * whitened[i];
        }
        assertThat(sum).isEqualTo(0, within(1e-12));
        assertThat(squares / 26).isEqualTo(1, within(1e-6));
    }

    /** A custom reward may be far from zero; whitening removes the offset without losing the differences. */
    @Test
    void whitenedDoesNotDependOnTheOffset() {
        double offset = 1 << 20;
        double[] advantages = {0, 0.25, 0.5, 0.25, 1};
        double[] far =
                Arrays.stream(advantages).map(advantage -> offset + advantage).toArray();
        int[] lengths = {4, 9, 2, 7, 5};
        assertThat(BatchNormalisation.WHITENED.of(far, lengths, NO_REWARDS))
                .containsExactly(BatchNormalisation.WHITENED.of(advantages, lengths, NO_REWARDS), within(1e-8));
    }

    @Test
    void equalAdvantagesGiveExactZeros() {
        assertThat(BatchNormalisation.WHITENED.of(new double[] {0.1, 0.1, 0.1}, new int[] {7, 3, 5}, NO_REWARDS))
                .containsOnly(0);
        assertThat(BatchNormalisation.WHITENED.of(new double[] {0.1}, new int[] {1}, NO_REWARDS))
                .containsOnly(0);
        assertThat(BatchNormalisation.WHITENED.of(new double[0], new int[0], NO_REWARDS))
                .isEmpty();
    }

    @Test
    void noNormalisationLeavesAdvantagesUnchanged() {
        assertThat(BatchNormalisation.NONE.of(new double[] {0.1, 2}, new int[] {7, 3}, NO_REWARDS))
                .containsExactly(0.1, 2);
    }

    /** Two groups of four, centred: golden numbers from numpy, (r - mean) / (std of all eight, ddof 1, plus 1e-4). */
    @Test
    void scaledDividesByTheDeviationOfTheWholeStep() {
        double[] centred = {0.75, -0.25, -0.25, -0.25, 0.375, 0.375, -0.625, -0.125};
        double[] rewards = {1, 0, 0, 0, 1, 1, 0, 0.5};
        assertThat(BatchNormalisation.SCALED.of(centred, new int[] {1, 2, 3, 4, 5, 6, 7, 8}, rewards))
                .containsExactly(
                        new double[] {
                            1.513270, -0.504423, -0.504423, -0.504423, 0.756635, 0.756635, -1.261058, -0.252212
                        },
                        within(0.5e-6));
    }

    /** A rollout that is masked out of the loss still counts in the deviation, so one that is left has a finite scale. */
    @Test
    void scaledCountsMaskedRollouts() {
        double[] one = BatchNormalisation.SCALED.of(new double[] {0.5}, new int[] {9}, new double[] {1, 0});
        assertThat(one).containsExactly(new double[] {0.5 / (Math.sqrt(0.5) + 1e-4)}, within(1e-15));
        assertThat(BatchNormalisation.SCALED.of(new double[0], new int[0], NO_REWARDS))
                .isEmpty();
    }

    @Test
    void onlyWhiteningComparesGroups() {
        assertThat(BatchNormalisation.values())
                .filteredOn(BatchNormalisation::comparesGroups)
                .containsExactly(BatchNormalisation.WHITENED);
    }
}
