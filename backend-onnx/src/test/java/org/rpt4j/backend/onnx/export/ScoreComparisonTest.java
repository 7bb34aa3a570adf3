package org.rpt4j.backend.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.TokenScores;
import org.rpt4j.backend.onnx.export.ScoreComparison.Threshold;

class ScoreComparisonTest {

    private static TokenScores scores(int argmax, double... entropy) {
        int[] ids = new int[entropy.length];
        Arrays.fill(ids, argmax);
        return new TokenScores(entropy, ids, new double[entropy.length]);
    }

    @Test
    void errorsAndChangedDecisionsAreCounted() {
        ScoreComparison comparison = new ScoreComparison(List.of(1.0, 2.0));
        comparison.add(scores(1, Double.NaN, 0.9, 1.5, 2.5), scores(1, Double.NaN, 1.1, 1.4, 1.9));
        comparison.add(scores(1, Double.NaN, 0.5), scores(2, Double.NaN, 0.5));

        assertThat(comparison.tokens()).isEqualTo(4);
        assertThat(comparison.meanAbsoluteError()).isCloseTo((0.2 + 0.1 + 0.6) / 4, within(1e-12));
        assertThat(comparison.largestError()).isCloseTo(0.6, within(1e-12));
        assertThat(comparison.otherArgmaxShare()).isEqualTo(0.25);
        assertThat(comparison.thresholds()).containsExactly(new Threshold(1, 2, 3, 1), new Threshold(2, 1, 0, 1));
        assertThat(comparison.toString()).contains("4 tokens", "at most 0.6000", "1 differ (25.00 %)");
    }

    @Test
    void nothingAndUnequalLengths() {
        ScoreComparison comparison = new ScoreComparison(List.of());
        assertThat(comparison.meanAbsoluteError()).isZero();
        assertThatThrownBy(() -> comparison.add(scores(1, 0), scores(1, 0, 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
