package org.rpt4j.run.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChartTest {

    @Test
    void axesHaveRoundEndsAndTicks() {
        Axis axis = Axis.around(0, 0.43, 180, 20);
        assertThat(axis.low()).isZero();
        assertThat(axis.high()).isCloseTo(0.6, within(1e-12));
        assertThat(axis.ticks().stream().map(axis::label)).containsExactly("0.0", "0.2", "0.4", "0.6");
        assertThat(axis.at(0)).isEqualTo(180);
        assertThat(axis.at(0.6)).isCloseTo(20, within(1e-9));
        assertThat(Axis.around(0, 59, 0, 1).ticks()).containsExactly(0.0, 20.0, 40.0, 60.0);
        for (double constant : new double[] {5, 0, -3e-9}) {
            Axis axisOfOne = Axis.around(constant, constant, 0, 1);
            assertThat(axisOfOne.at(constant)).isBetween(0.0, 1.0);
            assertThat(axisOfOne.ticks()).hasSizeBetween(2, 8);
        }
    }

    @Test
    void aLogarithmicAxisHasEqualRatios() {
        Axis axis = new Axis(1e3, 1e5, 0, 100, true);
        assertThat(axis.at(1e4)).isCloseTo(50, within(1e-9));
        assertThat(axis.ticks()).contains(1e3, 2e3, 5e3, 1e4).hasSize(7);
        assertThat(new Axis(1, 1e6, 0, 1, true).ticks()).hasSize(7);
    }

    @Test
    void theRunningMeanSkipsWhatIsMissing() {
        double[] values = {1, 2, Double.NaN, 4, 6};
        assertThat(LineChart.runningMean(values, 1)).containsExactly(1.5, 1.5, Double.NaN, 5, 5);
        assertThat(LineChart.runningMean(values, 0)).containsExactly(values);
    }

    @Test
    void aGapInTheMeasurementsIsAGapInTheLine() {
        double[] x = {0, 1, 2, 3};
        String svg = new Drawing("t", 10, 10)
                .path("s", x, new double[] {1, 1, Double.NaN, 1})
                .svg();
        assertThat(svg).contains("d=\"M0.0 1.0L1.0 1.0M3.0 1.0\"");
    }

    @Test
    void namesDoNotOverlap() {
        String svg = new Drawing("t", 10, 10)
                .labels(
                        List.of(
                                new Drawing.Label("a", "c1", 50),
                                new Drawing.Label("b", "c2", 51),
                                new Drawing.Label("c", "c3", 52),
                                new Drawing.Label("far", "c4", 150)),
                        0)
                .svg();
        Matcher y = Pattern.compile("y=\"([0-9.]+)\"").matcher(svg);
        double[] places =
                y.results().mapToDouble(m -> Double.parseDouble(m.group(1))).toArray();
        assertThat(places).hasSize(4);
        assertThat(IntStream.range(1, 4)).allMatch(i -> places[i] - places[i - 1] > Drawing.LINE_HEIGHT - 0.3);
        assertThat(places[3]).as("nothing near it").isEqualTo(154);
    }

    /** Steps 0 to 100 go from x = 46 to x = 272; a name takes 96. */
    @Test
    void marksStandAtTheirStepsAndNamesDoNotOverlap() {
        LineChart chart = new LineChart(
                "t",
                "u",
                new double[] {0, 50, 100},
                List.of(new LineChart.Series("a", "c1", new double[] {1, 2, 3})),
                true,
                List.of(
                        new LineChart.Mark(0, "first"),
                        new LineChart.Mark(10, "second"),
                        new LineChart.Mark(100, "third")));
        assertThat(chart.svg())
                .contains(
                        "class=\"mark\" x1=\"46.0\"",
                        "class=\"mark\" x1=\"68.6\"",
                        "class=\"mark\" x1=\"272.0\"",
                        ">first<",
                        "text-anchor=\"end\" x=\"272.0\" y=\"23.0\">third<")
                .doesNotContain("second");
    }

    @Test
    void nothingMeasuredIsSaid() {
        LineChart chart = new LineChart(
                "t",
                "u",
                new double[] {0, 1},
                List.of(new LineChart.Series("a", "c1", new double[] {Double.NaN, Double.NaN})),
                true,
                List.of());
        assertThat(chart.svg()).contains("no data");
    }

    private static TradeOffChart tradeOff(List<TradeOffChart.Point> points, double chosen) {
        return new TradeOffChart("a <b> curve", "cost & more", points, "first", "last", chosen, "the \"best\"");
    }

    @Test
    void aTradeOffIsDrawnWhereItsNumbersAre() {
        String svg = tradeOff(
                        List.of(
                                new TradeOffChart.Point(1, 0.5, 0.4, 0.6),
                                new TradeOffChart.Point(2, 0.7, 0.6, 0.8),
                                new TradeOffChart.Point(3, 0.6, 0.5, 0.7)),
                        2)
                .svg();

        // Costs 1 to 3 from 46 to 292, accuracies 40 to 80 % from 216 up to 30.
        assertThat(svg)
                .contains("<path class=\"curve c2\" d=\"M46.0 169.5L169.0 76.5L292.0 123.0\"/>")
                .contains("<path class=\"raw c2\" d=\"M46.0 216.0L169.0 123.0L292.0 169.5\"/>")
                .contains("<path class=\"raw c2\" d=\"M46.0 123.0L169.0 30.0L292.0 76.5\"/>")
                .contains("<line class=\"mark\" x1=\"169.0\"")
                .contains("<line class=\"raw c1\" x1=\"46.0\" y1=\"169.5\" x2=\"292.0\" y2=\"169.5\"/>")
                .contains("a &lt;b&gt; curve", "cost &amp; more", "the &quot;best&quot;", ">80</text>");
    }

    @Test
    void aTradeOffWithoutAnyCostHasRoomAllTheSame() {
        TradeOffChart.Point one = new TradeOffChart.Point(1, 0, 0, 0);
        assertThat(tradeOff(List.of(one, one), 1).svg()).doesNotContain("NaN", "Infinity");
        assertThatIllegalArgumentException().isThrownBy(() -> tradeOff(List.of(one), 1));
    }
}
