package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rpt4j.core.eval.Accuracy;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.SplitReport;

/** Accuracy by difficulty of one or two evaluations: dots with their intervals, standard and reasoning side by side. */
final class AccuracyChart {

    private static final double WIDTH = 380;
    private static final double LEFT = 112;
    private static final double RIGHT = 364;
    private static final double TOP = 30;
    private static final double ROW = 44;
    private static final double APART = 7;

    private AccuracyChart() {}

    /**
     * Draws one way of prediction.
     *
     * @param reasoning with a thought, or without
     * @param reports one, or first and second
     */
    static String svg(boolean reasoning, List<EvaluationReport> reports) {
        List<Integer> shown = AccuracySection.shown(reports.get(0));
        double bottom = TOP + ROW * shown.size();
        Axis x = new Axis(0, limit(reports), LEFT, RIGHT, false);
        boolean tokens = reports.get(0).hasStandard();
        String name = !reasoning
                ? "standard: the token alone"
                : "reasoning: a thought, then the " + (tokens ? "token" : "answer");
        Drawing drawing = new Drawing("accuracy, " + name, WIDTH, bottom + 40).text("heading", "start", 2, 13, name);
        for (double tick : x.ticks()) {
            drawing.line("grid", x.at(tick), TOP, x.at(tick), bottom);
        }
        drawing.horizontal(x, bottom, tick -> String.format(Locale.ROOT, "%.0f", 100 * tick))
                .text("unit", "middle", (LEFT + RIGHT) / 2, bottom + 34, "accuracy, %");
        for (int row = 0; row < shown.size(); row++) {
            int index = shown.get(row);
            SplitReport named = reports.get(0).splits().get(index);
            double y = TOP + ROW * (row + 0.5);
            drawing.text("row", "start", 2, y, named.name())
                    .text(
                            "tick",
                            "start",
                            2,
                            y + Drawing.LINE_HEIGHT,
                            named.tasks() + " " + AccuracySection.things(reports.get(0)));
            for (int r = 0; r < reports.size(); r++) {
                SplitReport split = reports.get(r).splits().get(index);
                double offset = reports.size() == 1 ? 0 : r == 0 ? -APART : APART;
                draw(drawing, reasoning ? split.reasoning() : split.standard(), x, y + offset, r == 0 ? "c1" : "c2");
            }
        }
        return drawing.svg();
    }

    private static void draw(Drawing drawing, Accuracy accuracy, Axis x, double y, String style) {
        if (accuracy.tasks() == 0) {
            return;
        }
        drawing.line("interval " + style, x.at(accuracy.low()), y, x.at(accuracy.high()), y)
                .circle("dot " + style, x.at(accuracy.rate()), y, 4);
        double right = x.at(accuracy.high()) + 6;
        boolean fits = right < RIGHT - 24;
        drawing.text(
                "value " + style,
                fits ? "start" : "end",
                fits ? right : x.at(accuracy.low()) - 6,
                y + 4,
                Numbers.percent(accuracy.rate()));
    }

    private static double high(Accuracy accuracy) {
        return accuracy.tasks() == 0 ? 0 : accuracy.high();
    }

    /** Both drawings of a report have the same scale, so that they can be compared. */
    private static double limit(List<EvaluationReport> reports) {
        List<Double> highs = new ArrayList<>();
        reports.stream()
                .flatMap(r -> r.splits().stream())
                .filter(split -> split.tasks() > 0)
                .forEach(split -> {
                    highs.add(high(split.standard()));
                    highs.add(high(split.reasoning()));
                });
        double highest = highs.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        return Math.min(1, Math.ceil(highest * 1.12 * 10) / 10);
    }
}
