package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Metrics over training steps: measured values as a faint line, their centred running mean as a strong one with its
 * name at the end.
 */
final class LineChart {

    private static final double WIDTH = 360;
    private static final double HEIGHT = 220;
    private static final double LEFT = 46;
    private static final double RIGHT = 272;
    private static final double TOP = 26;
    private static final double BOTTOM = 180;
    private static final double NAME_WIDTH = 96;

    private final String title;
    private final String unit;
    private final double[] steps;
    private final List<Series> series;
    private final boolean fromZero;
    private final List<Mark> marks;

    /**
     * @param title what is drawn, for those who cannot see it
     * @param unit of the vertical axis
     * @param steps positions on the horizontal axis, increasing
     * @param series what is drawn
     * @param fromZero whether the vertical axis begins at 0
     * @param marks steps to point at
     */
    LineChart(String title, String unit, double[] steps, List<Series> series, boolean fromZero, List<Mark> marks) {
        this.title = title;
        this.unit = unit;
        this.steps = steps;
        this.series = series;
        this.fromZero = fromZero;
        this.marks = marks;
    }

    /** One metric. */
    static final class Series {

        private final String name;
        private final String style;
        private final double[] values;

        /**
         * @param name its name, short
         * @param style class of its colour
         * @param values one per step; NaN where there is none
         */
        Series(String name, String style, double[] values) {
            this.name = name;
            this.style = style;
            this.values = values;
        }

        private boolean isEmpty() {
            return Arrays.stream(values).noneMatch(Double::isFinite);
        }
    }

    /**
     * A step to point at.
     *
     * @param step where
     * @param name what happened there, short
     */
    record Mark(double step, String name) {}

    /** Steps on either side of a point in the running mean. */
    static int halfWindow(int steps) {
        return steps < 16 ? 0 : steps / 24 + 1;
    }

    String svg() {
        double[] all = series.stream()
                .flatMapToDouble(s -> Arrays.stream(s.values))
                .filter(Double::isFinite)
                .toArray();
        if (all.length == 0) {
            return new Drawing(title, WIDTH, HEIGHT)
                    .text("tick", "middle", WIDTH / 2, HEIGHT / 2, "no data")
                    .svg();
        }
        double low = fromZero
                ? Math.min(0, DoubleStream.of(all).min().getAsDouble())
                : DoubleStream.of(all).min().getAsDouble();
        Axis y = Axis.around(low, DoubleStream.of(all).max().getAsDouble(), BOTTOM, TOP);
        double first = steps[0];
        Axis x = new Axis(first, Math.max(steps[steps.length - 1], first + 1), LEFT, RIGHT, false);
        Drawing drawing = new Drawing(title, WIDTH, HEIGHT)
                .text("unit", "start", 2, 12, unit)
                .vertical(y, LEFT, RIGHT, y::label)
                .horizontal(x, BOTTOM, x::label)
                .text("unit", "middle", (LEFT + RIGHT) / 2, BOTTOM + 34, "step");
        mark(drawing, x);
        List<Drawing.Label> labels = new ArrayList<>();
        for (Series one : series) {
            if (!one.isEmpty()) {
                labels.add(draw(drawing, one, x, y));
            }
        }
        return drawing.labels(labels, RIGHT + 8).svg();
    }

    /** Upright lines with their names above, as far as those have room. */
    private void mark(Drawing drawing, Axis x) {
        double free = Double.NEGATIVE_INFINITY;
        for (Mark mark : marks) {
            double at = x.at(mark.step());
            drawing.line("mark", at, TOP, at, BOTTOM);
            boolean leftwards = at + NAME_WIDTH > RIGHT;
            double begin = leftwards ? at - NAME_WIDTH : at;
            if (begin >= free) {
                drawing.text("mark-name", leftwards ? "end" : "start", at, TOP - 3, mark.name());
                free = begin + NAME_WIDTH;
            }
        }
    }

    private Drawing.Label draw(Drawing drawing, Series one, Axis x, Axis y) {
        double[] xs = Arrays.stream(steps).map(x::at).toArray();
        double[] mean = runningMean(one.values, halfWindow(steps.length));
        if (halfWindow(steps.length) > 0) {
            drawing.path(
                    "raw " + one.style, xs, Arrays.stream(one.values).map(y::at).toArray());
        }
        double[] ys = Arrays.stream(mean).map(y::at).toArray();
        drawing.path("curve " + one.style, xs, ys);
        int last = ys.length - 1;
        while (last > 0 && !Double.isFinite(ys[last])) {
            last--;
        }
        drawing.circle("dot " + one.style, xs[last], ys[last], 2.5);
        return new Drawing.Label(one.name, one.style, ys[last]);
    }

    static double[] runningMean(double[] values, int half) {
        double[] means = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            means[i] = Double.isNaN(values[i])
                    ? Double.NaN
                    : Arrays.stream(values, Math.max(0, i - half), Math.min(values.length, i + half + 1))
                            .filter(Double::isFinite)
                            .average()
                            .orElse(Double.NaN);
        }
        return means;
    }
}
