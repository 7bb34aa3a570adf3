package org.rpt4j.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import org.rpt4j.inference.GatingCurve;

/** The curve of accuracy against slow-down as a table and as JSON. */
final class GatingTable {

    static final int ROWS = 11;

    private final GatingCurve curve;
    private final GatingCurve.Point chosen;
    private final double wanted;
    private final int positions;

    /**
     * @param wanted the slow-down that was asked for
     * @param positions number of measured positions
     */
    GatingTable(GatingCurve curve, double wanted, int positions) {
        this.curve = curve;
        this.chosen = curve.within(wanted);
        this.wanted = wanted;
        this.positions = positions;
    }

    void print(PrintWriter out) {
        out.println("threshold (nats)  thinks at  accuracy  slow-down  slow-down in time");
        curve.sampled(ROWS)
                .forEach(point -> out.printf(
                        Locale.ROOT,
                        "%16s  %8.1f%%  %7.1f%%  %9.2f  %17.2f%n",
                        rounded(point.threshold()),
                        100 * point.thinking(),
                        100 * point.accuracy(),
                        point.slowDown(),
                        point.timeSlowDown()));
        out.println();
        out.printf(
                Locale.ROOT,
                "For a slow-down of at most %s: --mode hybrid --threshold %s%n",
                wanted,
                exact(chosen.threshold()));
        out.printf(
                Locale.ROOT,
                "thinks at %.1f%% of %d positions, accuracy %.1f%%, slow-down %.2f, in time %.2f%n",
                100 * chosen.thinking(),
                positions,
                100 * chosen.accuracy(),
                chosen.slowDown(),
                chosen.timeSlowDown());
        out.flush();
    }

    String toJson() {
        ObjectNode root = JsonMapper.builder().build().createObjectNode();
        root.put("positions", positions);
        root.put("wanted_slow_down", wanted);
        put(root.putObject("chosen"), chosen);
        curve.points().forEach(point -> put(root.withArray("curve").addObject(), point));
        return root.toPrettyString();
    }

    private static void put(ObjectNode node, GatingCurve.Point point) {
        // JSON has no infinity; null stands for a threshold that nothing reaches.
        if (Double.isInfinite(point.threshold())) {
            node.putNull("threshold");
        } else {
            node.put("threshold", point.threshold());
        }
        node.put("thinking", point.thinking());
        node.put("accuracy", point.accuracy());
        node.put("slow_down", point.slowDown());
        node.put("time_slow_down", point.timeSlowDown());
    }

    static String rounded(double threshold) {
        return Double.isInfinite(threshold) ? "infinity" : String.format(Locale.ROOT, "%.4f", threshold);
    }

    /** A rounded threshold would let other positions think. */
    static String exact(double threshold) {
        return Double.isInfinite(threshold) ? "infinity" : Double.toString(threshold);
    }
}
