package org.rpt4j.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ScoredPosition;

class PositionSelectorTest {

    private static List<ScoredPosition> positions(double... entropies) {
        List<ScoredPosition> positions = new ArrayList<>();
        for (int t = 0; t < entropies.length; t++) {
            positions.add(new ScoredPosition(CounterRandom.bits(7, t), t + 1, entropies[t], false));
        }
        return positions;
    }

    private static List<Integer> selected(PositionSelector selector, List<ScoredPosition> eligible) {
        return selector.select(eligible).stream().map(ScoredPosition::index).toList();
    }

    @Test
    void aThresholdKeepsWhatReachesIt() {
        List<ScoredPosition> eligible = positions(0.99, 1.0, 0, 3);
        assertThat(selected(new PositionSelector.MinEntropy(1), eligible)).containsExactly(2, 4);
        assertThat(selected(new PositionSelector.MinEntropy(0), eligible)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void theTopFractionIsCountedPerDocumentAndRoundedUp() {
        List<ScoredPosition> eligible = positions(0.1, 0.5, 0.3, 0.5, 0.2);
        assertThat(selected(new PositionSelector.TopFraction(0.2), eligible)).containsExactly(2);
        assertThat(selected(new PositionSelector.TopFraction(0.21), eligible)).containsExactly(2, 4);
        assertThat(selected(new PositionSelector.TopFraction(0.6), eligible)).containsExactly(2, 3, 4);
        assertThat(selected(new PositionSelector.TopFraction(1), eligible)).containsExactly(1, 2, 3, 4, 5);
        assertThat(selected(new PositionSelector.TopFraction(0.5), List.of())).isEmpty();
    }

    @Test
    void uniformSelectionDoesNotLookAtTheEntropy() {
        int count = 20_000;
        double[] hard = new double[count];
        double[] easy = new double[count];
        Arrays.fill(hard, 2);
        PositionSelector third = new PositionSelector.UniformFraction(0.3, 1);
        List<Integer> taken = selected(third, positions(hard));
        assertThat(taken).isEqualTo(selected(third, positions(easy)));
        // The standard deviation of the share is sqrt(0.3 * 0.7 / 20000) = 0.0032.
        assertThat(taken.size() / (double) count).isCloseTo(0.3, within(0.013));
        assertThat(selected(new PositionSelector.UniformFraction(0.3, 2), positions(hard)))
                .isNotEqualTo(taken);
        assertThat(selected(new PositionSelector.UniformFraction(0.6, 1), positions(hard)))
                .containsAll(taken);
    }

    @Test
    void theBandKeepsWhatIsSolvedSometimes() {
        List<ScoredPosition> eligible = positions(1, 1, 1, 1, 1);
        Map<Long, Double> rates = Map.of(
                eligible.get(0).taskId(), 0.0,
                eligible.get(1).taskId(), 0.125,
                eligible.get(2).taskId(), 0.75,
                eligible.get(3).taskId(), 1.0);
        assertThat(selected(new PositionSelector.PassRateBand(0.125, 0.75, rates), eligible))
                .containsExactly(2, 3);
        assertThat(selected(new PositionSelector.PassRateBand(0, 1, rates), eligible))
                .containsExactly(1, 2, 3, 4);
        assertThat(selected(new PositionSelector.PassRateBand(0, 1, Map.of()), eligible))
                .isEmpty();
    }

    @Test
    void selectorsDescribeThemselvesAndRefuseBadSettings() {
        assertThat(new PositionSelector.MinEntropy(1.5).describe()).isEqualTo("min-entropy 1.5 nats");
        assertThat(new PositionSelector.TopFraction(0.2).describe()).isEqualTo("top-fraction 0.2");
        assertThat(new PositionSelector.UniformFraction(0.2, 4).describe()).isEqualTo("uniform-fraction 0.2 seed 4");
        assertThat(new PositionSelector.PassRateBand(0.1, 0.9, Map.of()).describe())
                .isEqualTo("pass-rate-band 0.1 to 0.9 of 0 observed");
        assertThatThrownBy(() -> new PositionSelector.TopFraction(0)).hasMessageContaining("share is 0.0");
        assertThatThrownBy(() -> new PositionSelector.UniformFraction(1.5, 0)).hasMessageContaining("share is 1.5");
        assertThatThrownBy(() -> new PositionSelector.PassRateBand(0.9, 0.1, Map.of()))
                .hasMessageContaining("lowest is 0.9 and highest is 0.1");
        assertThatThrownBy(() -> new PositionSelector.PassRateBand(Double.NaN, 1, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
