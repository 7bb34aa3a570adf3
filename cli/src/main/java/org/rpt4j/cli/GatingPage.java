package org.rpt4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.rpt4j.core.eval.Accuracy;
import org.rpt4j.inference.GatingCurve;
import org.rpt4j.inference.MeasuredPosition;
import org.rpt4j.inference.ThoughtOutcome;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.report.Markup;
import org.rpt4j.run.report.TradeOffChart;

/** The curve of accuracy against slow-down as a page. */
final class GatingPage {

    private final GatingCurve curve;
    private final GatingCurve.Point chosen;
    private final double wanted;
    private final List<MeasuredPosition> measured;
    private final Path text;
    private final List<RecordedSetting> settings;

    /**
     * @param wanted the slow-down that was asked for
     * @param measured the positions behind the curve
     * @param text where they are from
     * @param settings what the measurement depends on
     */
    GatingPage(
            GatingCurve curve,
            double wanted,
            List<MeasuredPosition> measured,
            Path text,
            List<RecordedSetting> settings) {
        this.curve = curve;
        this.chosen = curve.within(wanted);
        this.wanted = wanted;
        this.measured = measured;
        this.text = text;
        this.settings = settings;
    }

    String html() {
        String title = "Where thinking pays";
        return Markup.page(
                title,
                "<header>\n<h1>" + title + "</h1>\n<p class=\"byline\">"
                        + Markup.escape("The next token at " + measured.size() + " positions of " + text
                                + ", predicted without a thought and with one.")
                        + "</p>\n</header>\n"
                        + Markup.section("Accuracy against slow-down", Markup.lead(finding()) + charts() + table())
                        + Markup.section("What became of the thoughts", outcomes())
                        + Markup.section("What made it", made()));
    }

    private String finding() {
        GatingCurve.Point standard = curve.points().get(0);
        return Markup.escape(String.format(
                Locale.ROOT,
                "For at most %s generated tokens per token of the text: --mode hybrid --threshold %s. It thinks at %.1f %%"
                        + " of the positions and predicts %s right; without thoughts it is %s.",
                number(wanted),
                GatingTable.exact(chosen.threshold()),
                100 * chosen.thinking(),
                accuracy(chosen),
                accuracy(standard)));
    }

    private String charts() {
        List<String> figures = new ArrayList<>();
        figures.add(figure("slow-down: generated tokens per token of the text", GatingCurve.Point::slowDown));
        if (!Double.isNaN(chosen.timeSlowDown())) {
            figures.add(figure("slow-down in time, measured here", GatingCurve.Point::timeSlowDown));
        }
        return Markup.figures("pair", figures)
                + Markup.note(
                        "Each point of a line is one threshold: from no thought, where the grey level is drawn, to a"
                                + " thought before every token. Faint lines: 95 % Wilson intervals, which count positions. Thoughts"
                                + " that predict several tokens are shared by them.");
    }

    private String figure(String unit, ToDoubleFunction<GatingCurve.Point> cost) {
        List<TradeOffChart.Point> points = curve.points().stream()
                .map(point -> {
                    Accuracy accuracy = new Accuracy(point.accuracy(), measured.size());
                    return new TradeOffChart.Point(
                            cost.applyAsDouble(point), accuracy.rate(), accuracy.low(), accuracy.high());
                })
                .toList();
        TradeOffChart chart = new TradeOffChart(
                "accuracy over " + unit,
                unit,
                points,
                "no thought",
                "every token",
                cost.applyAsDouble(chosen),
                "threshold " + GatingTable.rounded(chosen.threshold()));
        return Markup.figure(chart.svg(), "");
    }

    private String table() {
        List<List<String>> rows = curve.sampled(GatingTable.ROWS).stream()
                .map(point -> List.of(
                        GatingTable.rounded(point.threshold()),
                        String.format(Locale.ROOT, "%.1f", 100 * point.thinking()),
                        accuracy(point),
                        number(point.slowDown()),
                        number(point.timeSlowDown())))
                .toList();
        return Markup.table(
                List.of("threshold, nats", "thinks at, %", "accuracy [95 %]", "slow-down", "slow-down in time"), rows);
    }

    private String outcomes() {
        Map<ThoughtOutcome, Integer> counts = new EnumMap<>(ThoughtOutcome.class);
        measured.forEach(position -> counts.merge(position.outcome(), 1, Integer::sum));
        List<List<String>> rows = counts.entrySet().stream()
                .map(count -> List.of(
                        count.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        count.getValue().toString()))
                .toList();
        return Markup.table(List.of("outcome", "thoughts"), rows)
                + Markup.note(
                        "Only a prediction that was taken changes the text. After any other outcome the next token"
                                + " is the one without a thought.");
    }

    private String made() {
        return Markup.textTable(
                List.of("setting", "value", "from"),
                settings.stream()
                        .map(setting -> List.of(setting.name(), setting.value(), setting.origin()))
                        .toList());
    }

    private String accuracy(GatingCurve.Point point) {
        Accuracy accuracy = new Accuracy(point.accuracy(), measured.size());
        return String.format(
                Locale.ROOT,
                "%.1f %% [%.1f, %.1f]",
                100 * accuracy.rate(),
                100 * accuracy.low(),
                100 * accuracy.high());
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.2f", value);
    }
}
