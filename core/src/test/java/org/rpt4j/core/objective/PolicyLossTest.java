package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyLossTest {

    private static final double OLD = -1.3;
    private static final PolicyLoss LOSS = PolicyLoss.clipped(0.2, 0.28).withDualClip(3);

    /** The surrogate as a piecewise function of the ratio: clip at 0.8 and 1.28, dual clip at 3. */
    @ParameterizedTest
    @CsvSource({
        // ratio, advantage, loss, weight
        "0.5,  2,  -1.0,  -1.0", // below the clip, good: still pushed up
        "1.0,  2,  -2.0,  -2.0",
        "1.2,  2,  -2.4,  -2.4",
        "1.5,  2,  -2.56,  0.0", // above the clip, good: nothing more to gain
        "5.0,  2,  -2.56,  0.0",
        "0.5, -2,   1.6,   0.0", // below the clip, bad: nothing more to gain
        "0.9, -2,   1.8,   1.8",
        "1.0, -2,   2.0,   2.0",
        "2.0, -2,   4.0,   4.0", // above the clip, bad: still pushed down
        "2.9, -2,   5.8,   5.8",
        "3.5, -2,   6.0,   0.0", // above the dual clip: bounded
        "9.0, -2,   6.0,   0.0",
        "1.5,  0,   0.0,   0.0"
    })
    void piecewiseTable(double ratio, double advantage, double loss, double weight) {
        double logProb = OLD + Math.log(ratio);
        assertThat(LOSS.value(logProb, OLD, advantage)).isEqualTo(loss, within(1e-12));
        assertThat(LOSS.weight(logProb, OLD, advantage)).isEqualTo(weight, within(1e-12));
    }

    @Test
    void withoutADualClipABadTokenIsUnbounded() {
        PolicyLoss single = PolicyLoss.clipped(0.2, 0.28);
        assertThat(single.value(OLD + Math.log(9), OLD, -2)).isEqualTo(18, within(1e-12));
        assertThat(single.weight(OLD + Math.log(9), OLD, -2)).isEqualTo(18, within(1e-12));
    }

    @Test
    void withoutAClipTheRatioCountsInFull() {
        assertThat(PolicyLoss.UNCLIPPED.value(OLD + Math.log(9), OLD, 2)).isEqualTo(-18, within(1e-12));
        assertThat(PolicyLoss.UNCLIPPED.weight(OLD + Math.log(9), OLD, 2)).isEqualTo(-18, within(1e-12));
        assertThat(PolicyLoss.UNCLIPPED.weight(OLD + Math.log(0.01), OLD, -2)).isEqualTo(0.02, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-25, -19, -1, -0.3, -0.1, 0, 0.1, 0.2, 0.3, 1, 1.2, 19, 25})
    void weightIsTheDerivativeOfTheLoss(double difference) {
        for (PolicyLoss loss : new PolicyLoss[] {LOSS, PolicyLoss.clipped(0.2, 0.2), PolicyLoss.UNCLIPPED}) {
            for (double advantage : new double[] {-2.5, -0.4, 0, 0.4, 2.5}) {
                double logProb = OLD + difference;
                double h = 1e-5;
                double numeric =
                        (loss.value(logProb + h, OLD, advantage) - loss.value(logProb - h, OLD, advantage)) / (2 * h);
                double scale = Math.max(1, Math.abs(numeric));
                assertThat(loss.weight(logProb, OLD, advantage)).isEqualTo(numeric, within(1e-8 * scale));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KlEstimate.class)
    void penaltyWeightIsTheDerivativeOfThePenalty(KlEstimate estimate) {
        PolicyLoss loss = PolicyLoss.UNCLIPPED.withKl(0.3, estimate);
        for (double difference : new double[] {-25, -3, -0.5, 0, 0.5, 3, 25}) {
            double logProb = OLD + difference;
            double h = 1e-5;
            double numeric = (loss.penalty(logProb + h, OLD) - loss.penalty(logProb - h, OLD)) / (2 * h);
            assertThat(loss.penaltyWeight(logProb, OLD)).isEqualTo(numeric, within(1e-7));
        }
    }

    @Test
    void klEstimatesAtKnownPoints() {
        assertThat(KlEstimate.K1.value(-0.7)).isEqualTo(-0.7);
        assertThat(KlEstimate.K2.value(-0.7)).isEqualTo(0.245, within(1e-15));
        assertThat(KlEstimate.K3.value(-0.7)).isEqualTo(Math.exp(0.7) - 0.7 - 1, within(1e-15));
        assertThat(KlEstimate.K3.value(1e-9)).isGreaterThanOrEqualTo(0);
    }

    /** Each of log p and log p_old moves the loss, but only log p has a weight: old is a constant. */
    @Test
    void noDerivativePassesThroughTheOldLogProbability() {
        double h = 1e-5;
        PolicyLoss loss = PolicyLoss.UNCLIPPED;
        double both = (loss.value(OLD + h, OLD + h, 1.5) - loss.value(OLD, OLD, 1.5)) / h;
        assertThat(both).isEqualTo(0, within(1e-9));
        assertThat(loss.weight(OLD, OLD, 1.5)).isEqualTo(-1.5);
    }

    @Test
    void extremeDifferencesAreClampedAndHaveNoGradient() {
        for (double advantage : new double[] {-1, 1}) {
            for (double logProb : new double[] {-800, Double.NEGATIVE_INFINITY}) {
                assertThat(PolicyLoss.UNCLIPPED.value(logProb, 0, advantage)).isFinite();
                assertThat(PolicyLoss.UNCLIPPED.weight(logProb, 0, advantage)).isZero();
                assertThat(PolicyLoss.UNCLIPPED.value(0, logProb, advantage)).isFinite();
                assertThat(PolicyLoss.UNCLIPPED.weight(0, logProb, advantage)).isZero();
            }
        }
        PolicyLoss penalised = PolicyLoss.UNCLIPPED.withKl(1, KlEstimate.K3);
        assertThat(penalised.penalty(-800, 0)).isFinite();
        assertThat(penalised.penaltyWeight(-800, 0)).isZero();
    }

    @Test
    void aNumberThatIsNotOneIsNotHidden() {
        assertThat(LOSS.value(Double.NaN, OLD, 1)).isNaN();
        assertThat(LOSS.weight(Double.NaN, OLD, 1)).isNaN();
    }

    @Test
    void badSettingsAreRefusedByName() {
        assertThatIllegalArgumentException().isThrownBy(() -> PolicyLoss.clipped(0, 0.2))
                .withMessageContaining("clipLow");
        assertThatIllegalArgumentException().isThrownBy(() -> PolicyLoss.clipped(0.2, Double.NaN))
                .withMessageContaining("clipHigh");
        assertThatIllegalArgumentException().isThrownBy(() -> LOSS.withDualClip(1))
                .withMessageContaining("dualClip");
        assertThatIllegalArgumentException().isThrownBy(() -> LOSS.withKl(-0.1, KlEstimate.K2))
                .withMessageContaining("klWeight");
    }
}
