package org.rpt4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GatingCurveTest {

    private static MeasuredPosition position(double entropy, boolean standard, boolean reasoned, int tokens) {
        return position(entropy, standard, reasoned, tokens, 1);
    }

    private static MeasuredPosition position(
            double entropy, boolean standard, boolean reasoned, int tokens, int textTokens) {
        return new MeasuredPosition(
                entropy,
                standard,
                reasoned,
                ThoughtOutcome.TAKEN,
                tokens,
                textTokens,
                Duration.ofMillis(10),
                Duration.ofMillis(20L * tokens));
    }

    /** Four positions, by entropy: 3 gains, 2 and 2 lose and gain, 1 changes nothing. */
    private static final GatingCurve CURVE = GatingCurve.of(List.of(
            position(1, true, true, 4),
            position(3, false, true, 8),
            position(2, true, false, 2),
            position(2, false, true, 6)));

    @Test
    void eachPointAddsTheThoughtsOfOneEntropy() {
        // Tokens: 4 positions, then 8, 2 + 6 and 4 of thoughts; times: 40 ms, then 160, 160 and 80 ms.
        assertThat(CURVE.points())
                .containsExactly(
                        new GatingCurve.Point(Double.POSITIVE_INFINITY, 0, 0.5, 1, 1),
                        new GatingCurve.Point(3, 0.25, 0.75, 3, 5),
                        new GatingCurve.Point(2, 0.75, 0.75, 5, 9),
                        new GatingCurve.Point(0, 1, 0.75, 6, 11));
    }

    @Test
    void aThoughtThatPredictsSeveralTokensIsSharedByThem() {
        GatingCurve curve = GatingCurve.of(List.of(position(2, false, true, 12, 5), position(1, true, true, 6, 1)));

        // The text goes on by 5 + 1 tokens: 12 tokens of thoughts make 3 of each, and 18 make 4. The same in time,
        // where
        // a step takes 10 ms and the thoughts 240 and 120 ms.
        assertThat(curve.points())
                .containsExactly(
                        new GatingCurve.Point(Double.POSITIVE_INFINITY, 0, 0.5, 1, 1),
                        new GatingCurve.Point(2, 0.5, 1, 3, 5),
                        new GatingCurve.Point(0, 1, 1, 4, 7));
    }

    @Test
    void theThresholdIsTheLowestWithinTheWantedSlowDown() {
        assertThat(CURVE.within(1).threshold()).isInfinite();
        assertThat(CURVE.within(2.9).threshold()).isInfinite();
        assertThat(CURVE.within(3).threshold()).isEqualTo(3);
        assertThat(CURVE.within(5.9).threshold()).isEqualTo(2);
        assertThat(CURVE.within(100).threshold()).isZero();
        assertThatThrownBy(() -> CURVE.within(0.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CURVE.within(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLongCurveIsSampledWithItsEnds() {
        GatingCurve curve = GatingCurve.of(IntStream.range(0, 100)
                .mapToObj(i -> position(i, true, true, 1))
                .toList());

        List<GatingCurve.Point> sampled = curve.sampled(11);

        assertThat(sampled)
                .hasSize(11)
                .startsWith(curve.points().get(0))
                .endsWith(curve.points().get(100));
        assertThat(CURVE.sampled(11)).isEqualTo(CURVE.points());
    }

    @Test
    void withoutPositionsThereIsNoCurve() {
        assertThatThrownBy(() -> GatingCurve.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
