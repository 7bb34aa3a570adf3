package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SlopeTest {

    @Test
    void aStraightLineHasItsSlopeAndNoError() {
        Slope slope = Slope.fit(new double[] {10, 20, 40, 80}, new double[] {105, 125, 165, 245});

        assertThat(slope.perStep()).isEqualTo(2);
        assertThat(slope.standardError()).isZero();
    }

    /**
     * By hand: mean step 2, mean value 4, slope 14/10; squared residuals 6.4 over 3 degrees of freedom and spread 10.
     */
    @Test
    void scatterBecomesTheStandardError() {
        Slope slope = Slope.fit(new double[] {0, 1, 2, 3, 4}, new double[] {1, 4, 3, 4, 8});

        assertThat(slope.perStep()).isCloseTo(1.4, within(1e-12));
        assertThat(slope.standardError()).isCloseTo(Math.sqrt(6.4 / 3 / 10), within(1e-12));
        assertThat(slope.upperBound()).isCloseTo(1.4 + 2 * Math.sqrt(6.4 / 30), within(1e-12));
    }

    @Test
    void aSlopeNeedsThreeObservationsOfDifferentSteps() {
        assertThatThrownBy(() -> Slope.fit(new double[] {1, 2}, new double[] {1, 2}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Slope.fit(new double[] {3, 3, 3}, new double[] {1, 2, 3}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
