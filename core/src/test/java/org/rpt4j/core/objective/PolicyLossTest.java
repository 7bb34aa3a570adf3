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
    private static final PolicyLoss LOSS =
            PolicyLoss.clipped(0.2, 0.28).toBuilder().dualClip(3).build();

    /** The clip with either sign of the advantage, and the dual clip: clip at 0.8 and 1.28, dual clip at 3. */
    @ParameterizedTest
    @CsvSource({
        // ratio, advantage, loss, weight
        "0.5,  2,  -1.0,  -1.0", // below the clip, good: still pushed up
        "1.0,  2,  -2.0,  -2.0",
        "1.2,  2,  -2.4,  -2.4",
        "1.5,  2,  -2.56,  0.0", // above the clip, good: no more gradient
        "5.0,  2,  -2.56,  0.0",
        "0.5, -2,   1.6,   0.0", // below the clip, bad: no more gradient
        "0.9, -2,   1.8,   1.8",
        "1.0, -2,   2.0,   2.0",
        "2.0, -2,   4.0,   4.0", // above the clip, bad: still pushed down
        "2.9, -2,   5.8,   5.8",
        "3.5, -2,   6.0,   0.0", // above the dual clip: bounded
        "9.0, -2,   6.0,   0.0",
        "1.5,  0,   0.0,   0.0"
    })
    void clipAndDualClipHoldForBothSignsOfTheAdvantage(double ratio, double advantage, double loss, double weight) {
        assertThat(LOSS.value(Math.log(ratio), advantage)).isEqualTo(loss, within(1e-12));
        assertThat(LOSS.weight(Math.log(ratio), advantage)).isEqualTo(weight, within(1e-12));
    }

    @Test
    void withoutADualClipABadTokenIsUnbounded() {
        PolicyLoss single = PolicyLoss.clipped(0.2, 0.28);
        assertThat(single.value(Math.log(9), -2)).isEqualTo(18, within(1e-12));
        assertThat(single.weight(Math.log(9), -2)).isEqualTo(18, within(1e-12));
    }

    @Test
    void withoutAClipTheRatioCountsInFull() {
        assertThat(PolicyLoss.UNCLIPPED.value(Math.log(9), 2)).isEqualTo(-18, within(1e-12));
        assertThat(PolicyLoss.UNCLIPPED.weight(Math.log(9), 2)).isEqualTo(-18, within(1e-12));
        assertThat(PolicyLoss.UNCLIPPED.weight(Math.log(0.01), -2)).isEqualTo(0.02, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-25, -19, -1, -0.3, -0.1, 0, 0.1, 0.2, 0.3, 1, 1.2, 19, 25})
    void weightIsTheDerivativeOfTheLoss(double difference) {
        for (PolicyLoss loss : new PolicyLoss[] {LOSS, PolicyLoss.clipped(0.2, 0.2), PolicyLoss.UNCLIPPED}) {
            for (double advantage : new double[] {-2.5, -0.4, 0, 0.4, 2.5}) {
                double h = 1e-5;
                double numeric =
                        (loss.value(difference + h, advantage) - loss.value(difference - h, advantage)) / (2 * h);
                double scale = Math.max(1, Math.abs(numeric));
                assertThat(loss.weight(difference, advantage)).isEqualTo(numeric, within(1e-8 * scale));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KlEstimate.class)
    void penaltyWeightIsTheDerivativeOfThePenalty(KlEstimate estimate) {
        PolicyLoss loss = PolicyLoss.UNCLIPPED.toBuilder()
                .klWeight(0.3)
                .klEstimate(estimate)
                .build();
        for (double difference : new double[] {-25, -3, -0.5, 0, 0.5, 3, 25}) {
            double logProb = OLD + difference;
            double h = 1e-5;
            double numeric = (loss.penalty(logProb + h, OLD) - loss.penalty(logProb - h, OLD)) / (2 * h);
            assertThat(loss.penaltyWeight(logProb, OLD)).isEqualTo(numeric, within(1e-7));
        }
    }

    @Test
    void klEstimatesAreCorrectAtKnownPoints() {
        assertThat(KlEstimate.K1.value(-0.7)).isEqualTo(-0.7);
        assertThat(KlEstimate.K2.value(-0.7)).isEqualTo(0.245, within(1e-15));
        assertThat(KlEstimate.K3.value(-0.7)).isEqualTo(Math.exp(0.7) - 0.7 - 1, within(1e-15));
        assertThat(KlEstimate.K3.value(1e-9)).isGreaterThanOrEqualTo(0);
    }

    @Test
    void theCorrectionIsTruncatedOnlyFromAbove() {
        PolicyLoss corrected = PolicyLoss.UNCLIPPED.toBuilder().importanceCap(2).build();
        assertThat(corrected.correction(Math.log(0.1))).isEqualTo(0.1, within(1e-15));
        assertThat(corrected.correction(Math.log(1.9))).isEqualTo(1.9, within(1e-15));
        assertThat(corrected.correction(Math.log(7))).isEqualTo(2);
        assertThat(PolicyLoss.UNCLIPPED.toBuilder()
                        .importanceCap(Double.POSITIVE_INFINITY)
                        .build()
                        .correction(Math.log(7)))
                .isEqualTo(7, within(1e-14));
        assertThat(PolicyLoss.UNCLIPPED.correction(Math.log(7))).isEqualTo(1);
    }

    @Test
    void extremeDifferencesAreClampedAndHaveNoGradient() {
        for (double advantage : new double[] {-1, 1}) {
            for (double logProb : new double[] {-800, Double.NEGATIVE_INFINITY}) {
                assertThat(PolicyLoss.UNCLIPPED.value(logProb, advantage)).isFinite();
                assertThat(PolicyLoss.UNCLIPPED.weight(logProb, advantage)).isZero();
                assertThat(PolicyLoss.UNCLIPPED.value(-logProb, advantage)).isFinite();
                assertThat(PolicyLoss.UNCLIPPED.weight(-logProb, advantage)).isZero();
            }
        }
        PolicyLoss penalised = PolicyLoss.UNCLIPPED.toBuilder()
                .klWeight(1)
                .klEstimate(KlEstimate.K3)
                .build();
        assertThat(penalised.penalty(-800, 0)).isFinite();
        assertThat(penalised.penaltyWeight(-800, 0)).isZero();
    }

    /** The test hits each edge exactly: exp(0.5) - 1 and 1 - exp(-0.5) are exact. */
    @Test
    void onTheEdgeOfAClipATokenStillLearns() {
        double above = Math.exp(0.5);
        double below = Math.exp(-0.5);
        PolicyLoss loss = PolicyLoss.clipped(1 - below, above - 1).toBuilder()
                .dualClip(Math.exp(2))
                .build();
        assertThat(loss.weight(0.5, 1)).isEqualTo(-above);
        assertThat(loss.weight(Math.nextUp(0.5), 1)).isZero();
        assertThat(loss.weight(-0.5, -1)).isEqualTo(below);
        assertThat(loss.weight(-0.501, -1)).isZero();
        assertThat(loss.weight(2, -1)).isEqualTo(Math.exp(2));
        assertThat(loss.weight(2.001, -1)).isZero();
    }

    @Test
    void onTheBoundOfTheClampATokenStillLearns() {
        double bound = PolicyLoss.LOG_RATIO_LIMIT;
        assertThat(PolicyLoss.UNCLIPPED.weight(-bound, 1)).isEqualTo(-Math.exp(-bound));
        assertThat(PolicyLoss.UNCLIPPED.weight(Math.nextDown(-bound), 1)).isZero();
        PolicyLoss penalised = PolicyLoss.UNCLIPPED.toBuilder()
                .klWeight(0.5)
                .klEstimate(KlEstimate.K2)
                .build();
        assertThat(penalised.penaltyWeight(bound, 0)).isEqualTo(10);
        assertThat(penalised.penaltyWeight(Math.nextUp(bound), 0)).isZero();
    }

    @Test
    void aTokenWithoutAnAdvantageIsFlat() {
        assertThat(LOSS.isFlat(0, 0)).isTrue();
        assertThat(LOSS.isFlat(0, 0.1)).isFalse();
        assertThat(LOSS.isFlat(0, -0.1)).isFalse();
    }

    @Test
    void oneChoiceIsChangedAtATime() {
        PolicyLoss all = PolicyLoss.clipped(0.1, 0.3).toBuilder()
                .ratio(ImportanceRatio.SEQUENCE)
                .dualClip(4)
                .importanceCap(2)
                .klWeight(0.5)
                .klEstimate(KlEstimate.K2)
                .build();
        assertThat(all)
                .isEqualTo(PolicyLoss.builder()
                        .ratio(ImportanceRatio.SEQUENCE)
                        .clipLow(0.1)
                        .clipHigh(0.3)
                        .dualClip(4)
                        .importanceCap(2)
                        .klWeight(0.5)
                        .klEstimate(KlEstimate.K2)
                        .build());
    }

    @Test
    void nanIsNotHidden() {
        assertThat(LOSS.value(Double.NaN, 1)).isNaN();
        assertThat(LOSS.weight(Double.NaN, 1)).isNaN();
    }

    @Test
    void badSettingsAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PolicyLoss.clipped(0, 0.2))
                .withMessageContaining("clipLow");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PolicyLoss.clipped(0.2, Double.NaN))
                .withMessageContaining("clipHigh");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LOSS.toBuilder().dualClip(1).build())
                .withMessageContaining("dualClip");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LOSS.toBuilder()
                        .klWeight(-0.1)
                        .klEstimate(KlEstimate.K2)
                        .build())
                .withMessageContaining("klWeight");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LOSS.toBuilder()
                        .klWeight(Double.POSITIVE_INFINITY)
                        .klEstimate(KlEstimate.K2)
                        .build())
                .withMessageContaining("klWeight is Infinity");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LOSS.toBuilder().importanceCap(-1).build())
                .withMessageContaining("importanceCap");
    }

    /** 0.2 x (1 - H / 0.5): nothing above the target of half a nat, half of the weight at half of it. */
    @Test
    void theEntropyBonusGrowsWithWhatIsMissing() {
        PolicyLoss bonus = PolicyLoss.UNCLIPPED.toBuilder()
                .entropyWeight(0.2)
                .entropyTarget(0.5)
                .build();
        assertThat(bonus.entropyWeightAt(0)).isEqualTo(0.2);
        assertThat(bonus.entropyWeightAt(0.25)).isEqualTo(0.1, within(1e-15));
        assertThat(bonus.entropyWeightAt(0.5)).isZero();
        assertThat(bonus.entropyWeightAt(3)).isZero();
        assertThat(bonus.toBuilder()
                        .entropyTarget(Double.POSITIVE_INFINITY)
                        .build()
                        .entropyWeightAt(3))
                .isEqualTo(0.2);
    }
}
