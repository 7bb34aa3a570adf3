package org.rpt4j.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.rpt4j.api.TokenScores;

class FilterStatisticsTest {

    private static FilterStatistics example() {
        FilterStatistics statistics = new FilterStatistics(2);
        int[] tokens = {1, 2, 3, 4, 5, 6, 7};
        double[] entropy = {Double.NaN, 9, 0.4, 0.5, 1.2, 1.7, 2.5};
        int[] argmax = {-1, 2, 3, 4, 0, 6, 0};
        statistics.add(new ScoredDocument(
                new TokenizedDocument("d", tokens), new TokenScores(entropy, argmax, new double[7])));
        return statistics;
    }

    @Test
    void countsTheSplitsOfThePaper() {
        FilterStatistics statistics = example();
        assertThat(statistics.documents()).isEqualTo(1);
        assertThat(statistics.tokensScored()).isEqualTo(6);
        assertThat(statistics.eligible()).isEqualTo(5);
        assertThat(statistics.highestEntropy()).isEqualTo(2.5);
        assertThat(statistics.levels())
                .containsExactly(
                        new FilterStatistics.Level(0.5, 3, 1),
                        new FilterStatistics.Level(1.0, 3, 1),
                        new FilterStatistics.Level(1.5, 2, 1));
        assertThat(statistics.levels().get(2).argmaxHitShare()).isEqualTo(0.5);
    }

    @Test
    void givesTheThresholdOfAShare() {
        FilterStatistics statistics = example();
        assertThat(statistics.thresholdForTop(0.2)).isEqualTo(2.5);
        assertThat(statistics.thresholdForTop(0.4)).isEqualTo(1.7);
        assertThat(statistics.thresholdForTop(0.5)).isEqualTo(1.2);
        assertThat(statistics.thresholdForTop(1)).isEqualTo(0.4);
        assertThat(new FilterStatistics(1).thresholdForTop(0.5)).isZero();
        assertThatThrownBy(() -> statistics.thresholdForTop(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void printsItself() {
        assertThat(example().toString().lines())
                .containsExactly(
                        "1 documents, 6 tokens scored, 5 eligible, highest entropy 2.500 nats",
                        "entropy > 0.5: 3 kept (60.0 %), argmax right in 33.3 %",
                        "entropy > 1.0: 3 kept (60.0 %), argmax right in 33.3 %",
                        "entropy > 1.5: 2 kept (40.0 %), argmax right in 50.0 %");
    }

    @Test
    void printsNoShareOfNothing() {
        assertThat(new FilterStatistics(1)).hasToString("0 documents, 0 tokens scored, none eligible");
    }

    @Test
    void startsWithNothing() {
        FilterStatistics statistics = new FilterStatistics(1);
        assertThat(statistics.highestEntropy()).isNaN();
        assertThat(statistics.levels().get(0).argmaxHitShare()).isNaN();
    }
}
