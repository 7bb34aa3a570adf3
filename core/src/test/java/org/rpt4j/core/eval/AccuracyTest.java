package org.rpt4j.core.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccuracyTest {

    /** Both ends solve (p - rate)^2 = z^2 p (1 - p) / n, which is what the interval means. */
    @ParameterizedTest
    @CsvSource({"0.1, 10", "0.4190, 200", "0.5, 7", "0.98, 50"})
    void endsSolveTheScoreEquation(double rate, long n) {
        Accuracy accuracy = new Accuracy(rate, n);
        for (double p : new double[] {accuracy.low(), accuracy.high()}) {
            double z = Math.abs(p - rate) / Math.sqrt(p * (1 - p) / n);
            assertThat(z).isEqualTo(1.959964, within(1e-6));
        }
        assertThat(accuracy.low()).isLessThan(rate);
        assertThat(accuracy.high()).isGreaterThan(rate);
    }

    @Test
    void extremesStayWithinZeroAndOne() {
        assertThat(new Accuracy(0, 10).low()).isEqualTo(0, within(1e-15));
        assertThat(new Accuracy(0, 10).high()).isEqualTo(0.2775, within(1e-4));
        assertThat(new Accuracy(1, 10).low()).isEqualTo(0.7225, within(1e-4));
        assertThat(new Accuracy(1, 10).high()).isEqualTo(1, within(1e-15));
    }

    @Test
    void withoutTasksTheRateIsNaN() {
        Accuracy none = new Accuracy(Double.NaN, 0);
        assertThat(none.low()).isZero();
        assertThat(none.high()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new Accuracy(Double.NaN, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new Accuracy(1.5, 3));
    }
}
