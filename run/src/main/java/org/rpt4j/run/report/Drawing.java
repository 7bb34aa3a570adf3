package org.rpt4j.run.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** A scalable drawing in which one unit is about one pixel on a telephone. */
final class Drawing {

    static final double LINE_HEIGHT = 13;

    private static final int SPREADING_ROUNDS = 50;

    private final StringBuilder svg = new StringBuilder();

    /**
     * A name beside the thing that it names.
     *
     * @param text the name
     * @param style class of its colour
     * @param y where it would like to be
     */
    record Label(String text, String style, double y) {}

    Drawing(String title, double width, double height) {
        add("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">%n", width, height, Markup.escape(title));
    }

    Drawing line(String style, double x1, double y1, double x2, double y2) {
        return add("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n", style, x1, y1, x2, y2);
    }

    Drawing circle(String style, double x, double y, double radius) {
        return add("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>%n", style, x, y, radius);
    }

    /** Text whose anchor is {@code start}, {@code middle} or {@code end}. */
    Drawing text(String style, String anchor, double x, double y, String text) {
        return add(
                "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
                style, anchor, x, y, Markup.escape(text));
    }

    /** A line through points; it is broken where a coordinate is not a number. */
    Drawing path(String style, double[] x, double[] y) {
        StringBuilder d = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < x.length; i++) {
            boolean there = Double.isFinite(x[i]) && Double.isFinite(y[i]);
            if (there) {
                d.append(String.format(Locale.ROOT, "%s%.1f %.1f", drawing ? "L" : "M", x[i], y[i]));
            }
            drawing = there;
        }
        return d.isEmpty() ? this : add("<path class=\"%s\" d=\"%s\"/>%n", style, d);
    }

    /** Grid lines and numbers of a vertical axis from {@code left} to {@code right}. */
    Drawing vertical(Axis axis, double left, double right, DoubleFunction<String> format) {
        for (double tick : axis.ticks()) {
            line("grid", left, axis.at(tick), right, axis.at(tick));
            text("tick", "end", left - 6, axis.at(tick) + 4, format.apply(tick));
        }
        return this;
    }

    /** Base line, tick marks and numbers of a horizontal axis at {@code y}. */
    Drawing horizontal(Axis axis, double y, DoubleFunction<String> format) {
        line("base", axis.from(), y, axis.to(), y);
        for (double tick : axis.ticks()) {
            line("base", axis.at(tick), y, axis.at(tick), y + 4);
            text("tick", "middle", axis.at(tick), y + 16, format.apply(tick));
        }
        return this;
    }

    /** Names at {@code x}, moved apart where they would overlap. */
    Drawing labels(List<Label> labels, double x) {
        List<Label> sorted =
                labels.stream().sorted(Comparator.comparingDouble(Label::y)).toList();
        double[] places = sorted.stream().mapToDouble(Label::y).toArray();
        for (int round = 0; round < SPREADING_ROUNDS; round++) {
            for (int i = 1; i < places.length; i++) {
                double overlap = Math.max(0, places[i - 1] + LINE_HEIGHT - places[i]);
                places[i - 1] -= overlap / 2;
                places[i] += overlap / 2;
            }
        }
        for (int i = 0; i < sorted.size(); i++) {
            text(
                    "label " + sorted.get(i).style(),
                    "start",
                    x,
                    places[i] + 4,
                    sorted.get(i).text());
        }
        return this;
    }

    /** The finished drawing. */
    String svg() {
        return svg + "</svg>\n";
    }

    private Drawing add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
        return this;
    }
}
