package org.rpt4j.run.report;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What accuracy costs: a curve of accuracy over cost with its 95 % band, from a first point, which is named and drawn as
 * a level to compare with, to a last one. Immutable.
 *
 * @param title what is drawn, for those who cannot see it
 * @param unit of the horizontal axis
 * @param points in the order in which they are joined, at least two
 * @param firstName name of the first point, short
 * @param lastName name of the last point, short
 * @param chosen cost to point at
 * @param chosenName what the chosen cost is called, short
 * @since 0.1.0
 */
public record TradeOffChart(
        String title,
        String unit,
        List<Point> points,
        String firstName,
        String lastName,
        double chosen,
        String chosenName) {

    private static final double WIDTH = 380;
    private static final double HEIGHT = 262;
    private static final double LEFT = 46;
    private static final double RIGHT = 292;
    private static final double TOP = 30;
    private static final double BOTTOM = 216;
    private static final double NAME_WIDTH = 110;
    private static final double DOT = 3.5;

    /**
     * One point of the curve.
     *
     * @param cost at least 1
     * @param accuracy fraction from 0 to 1
     * @param low lower end of its interval
     * @param high upper end of its interval
     */
    public record Point(double cost, double accuracy, double low, double high) {}

    public TradeOffChart {
        points = List.copyOf(points);
        if (points.size() < 2) {
            throw new IllegalArgumentException("points has " + points.size() + " points, must have at least 2");
        }
    }

    /** The drawing, of which every text is escaped. */
    public String svg() {
        double most = points.stream().mapToDouble(Point::cost).max().orElseThrow();
        double least = points.stream().mapToDouble(Point::cost).min().orElseThrow();
        Axis x = new Axis(least, Math.max(most, least * 1.1), LEFT, RIGHT, false);
        Axis y = Axis.around(
                points.stream().mapToDouble(Point::low).min().orElseThrow(),
                points.stream().mapToDouble(Point::high).max().orElseThrow(),
                BOTTOM,
                TOP);
        Point first = points.get(0);
        Point last = points.get(points.size() - 1);
        Drawing drawing = new Drawing(title, WIDTH, HEIGHT)
                .text("unit", "start", 2, 12, "accuracy, %")
                .vertical(y, LEFT, RIGHT, tick -> String.format(Locale.ROOT, "%.0f", 100 * tick))
                .horizontal(x, BOTTOM, x::label)
                .text("unit", "middle", (LEFT + RIGHT) / 2, BOTTOM + 36, unit)
                .line("raw c1", LEFT, y.at(first.accuracy()), RIGHT, y.at(first.accuracy()));
        mark(drawing, x);
        double[] costs =
                points.stream().mapToDouble(point -> x.at(point.cost())).toArray();
        drawing.path("raw c2", costs, heights(y, Point::low))
                .path("raw c2", costs, heights(y, Point::high))
                .path("curve c2", costs, heights(y, Point::accuracy));
        List<Drawing.Label> labels =
                List.of(end(drawing, x, y, first, "c1", firstName), end(drawing, x, y, last, "c2", lastName));
        return drawing.labels(labels, RIGHT + 10).svg();
    }

    /** A dot; its name is beside the drawing, at its height. */
    private static Drawing.Label end(Drawing drawing, Axis x, Axis y, Point point, String style, String name) {
        drawing.circle("dot " + style, x.at(point.cost()), y.at(point.accuracy()), DOT);
        return new Drawing.Label(name, style, y.at(point.accuracy()));
    }

    private double[] heights(Axis y, ToDoubleFunction<Point> value) {
        return points.stream().mapToDouble(value).map(y::at).toArray();
    }

    private void mark(Drawing drawing, Axis x) {
        double at = x.at(chosen);
        boolean leftwards = at + NAME_WIDTH > RIGHT;
        drawing.line("mark", at, TOP, at, BOTTOM)
                .text("mark-name", leftwards ? "end" : "start", at + (leftwards ? -4 : 4), TOP - 5, chosenName);
    }
}
