package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlongPenaltyTest {

    /** L_max 100, L_cache 20, f 0.5. */
    @ParameterizedTest
    @CsvSource({"1, 0", "80, 0", "81, -0.025", "90, -0.25", "100, -0.5"})
    void risesOverTheLastTokens(int length, double penalty) {
        assertThat(new OverlongPenalty(20, 0.5).of(length, 100)).isEqualTo(penalty, within(1e-15));
    }

    @Test
    void noPenaltyChangesNoReward() {
        assertThat(OverlongPenalty.NONE.of(100, 100)).isZero();
        assertThat(new OverlongPenalty(0, 0.5).of(100, 100)).isZero();
        assertThat(TruncationHandling.KEEP.penalty()).isEqualTo(OverlongPenalty.NONE);
        assertThat(TruncationHandling.softPenalty(20, 0.5))
                .isEqualTo(new TruncationHandling(false, new OverlongPenalty(20, 0.5)));
    }

    @Test
    void badSettingsAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OverlongPenalty(-1, 1))
                .withMessageContaining("cacheTokens");
        for (double factor : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new OverlongPenalty(1, factor))
                    .withMessageContaining("factor is " + factor);
        }
    }
}
