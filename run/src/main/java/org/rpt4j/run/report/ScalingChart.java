package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Accuracies over compute with the fitted laws. */
final class ScalingChart {

    private static final double WIDTH = 400;
    private static final double HEIGHT = 260;
    private static final double LEFT = 46;
    private static final double RIGHT = 324;
    private static final double TOP = 28;
    private static final double BOTTOM = 214;
    private static final int SAMPLES = 60;

    private final double[] compute;
    private final List<Curve> curves;

    /**
     * @param compute FLOPs of each checkpoint, positive
     * @param curves one per difficulty
     */
    ScalingChart(double[] compute, List<Curve> curves) {
        this.compute = compute;
        this.curves = curves;
    }

    /** One difficulty. */
    static final class Curve {

        private final String name;
        private final String style;
        private final double[] accuracy;
        private final ScalingFit fit;

        /**
         * @param name its name
         * @param style class of its colour
         * @param accuracy of each checkpoint
         * @param fit its law
         */
        Curve(String name, String style, double[] accuracy, ScalingFit fit) {
            this.name = name;
            this.style = style;
            this.accuracy = accuracy;
            this.fit = fit;
        }
    }

    String svg() {
        double least = Arrays.stream(compute).min().orElseThrow();
        double most = Arrays.stream(compute).max().orElseThrow();
        double[] all = curves.stream()
                .flatMapToDouble(c -> DoubleStream.of(c.accuracy))
                .toArray();
        Axis x = new Axis(least / 1.1, most * 1.1, LEFT, RIGHT, true);
        Axis y = Axis.around(
                DoubleStream.of(all).min().orElse(0), DoubleStream.of(all).max().orElse(1), BOTTOM, TOP);
        Drawing drawing = new Drawing("reasoning accuracy over training compute", WIDTH, HEIGHT)
                .text("unit", "start", 2, 12, "reasoning accuracy, %")
                .vertical(y, LEFT, RIGHT, tick -> Numbers.significant(100 * tick))
                .horizontal(x, BOTTOM, x::label)
                .text("unit", "middle", (LEFT + RIGHT) / 2, BOTTOM + 36, "training compute C, FLOPs (logarithmic)");
        List<Drawing.Label> labels = new ArrayList<>();
        for (Curve curve : curves) {
            double[] along = IntStream.rangeClosed(0, SAMPLES)
                    .mapToDouble(i -> least * Math.pow(most / least, (double) i / SAMPLES))
                    .toArray();
            double[] heights =
                    Arrays.stream(along).map(c -> y.at(curve.fit.at(c))).toArray();
            drawing.path("curve " + curve.style, Arrays.stream(along).map(x::at).toArray(), heights);
            for (int i = 0; i < compute.length; i++) {
                drawing.circle("dot " + curve.style, x.at(compute[i]), y.at(curve.accuracy[i]), 3.5);
            }
            labels.add(new Drawing.Label(curve.name, curve.style, heights[SAMPLES]));
        }
        return drawing.labels(labels, RIGHT + 12).svg();
    }
}
