package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BatchNormalisationTest {

    /** Over tokens the values are 1, 1, 1, -2: mean 0.25, sample variance 6.75 / 3 = 2.25. */
    @Test
    void whitenedCountsTokens() {
        double[] whitened = BatchNormalisation.WHITENED.of(new double[] {1, -2}, new int[] {3, 1});
        assertThat(whitened).containsExactly(new double[] {0.5, -1.5}, within(1e-8));
    }

    @Test
    void whitenedTokensHaveMeanZeroAndDeviationOne() {
        double[] advantages = {0.75, -0.25, -0.25, 0.5, -0.5};
        int[] lengths = {4, 9, 2, 7, 5};
        double[] whitened = BatchNormalisation.WHITENED.of(advantages, lengths);
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
        assertThat(BatchNormalisation.WHITENED.of(far, lengths))
                .containsExactly(BatchNormalisation.WHITENED.of(advantages, lengths), within(1e-8));
    }

    @Test
    void equalAdvantagesGiveExactZeros() {
        assertThat(BatchNormalisation.WHITENED.of(new double[] {0.1, 0.1, 0.1}, new int[] {7, 3, 5}))
                .containsOnly(0);
        assertThat(BatchNormalisation.WHITENED.of(new double[] {0.1}, new int[] {1}))
                .containsOnly(0);
        assertThat(BatchNormalisation.WHITENED.of(new double[0], new int[0])).isEmpty();
    }

    @Test
    void noNormalisationLeavesAdvantagesUnchanged() {
        assertThat(BatchNormalisation.NONE.of(new double[] {0.1, 2}, new int[] {7, 3}))
                .containsExactly(0.1, 2);
    }
}
