package org.rpt4j.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What thinking above a threshold would have cost and gained at measured positions: accuracy against slow-down. The
 * points go from no thought to a thought everywhere; positions of equal entropy think together.
 *
 * <p>A thought that predicts several tokens saves the thoughts about the others, so that the cost of all thoughts is
 * divided by the tokens by which a text goes on at these positions: 1 + thought tokens / text tokens. Accuracy is that of
 * the token at each position alone, since nothing is known to follow a wrong one. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class GatingCurve {

    /**
     * One threshold.
     *
     * @param threshold least entropy at which the policy thinks, in nats; infinity for nowhere, 0 for everywhere
     * @param thinking share of the positions at which it thinks
     * @param accuracy share of the positions whose next token is predicted right
     * @param slowDown generated tokens, thoughts included, per token of the text
     * @param timeSlowDown time per token of the text with thoughts divided by that without; NaN if none was measured
     */
    public record Point(double threshold, double thinking, double accuracy, double slowDown, double timeSlowDown) {}

    private final List<Point> points;

    private GatingCurve(List<Point> points) {
        this.points = List.copyOf(points);
    }

    /**
     * The curve of measured positions.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static GatingCurve of(List<MeasuredPosition> positions) {
        if (positions.isEmpty()) {
            throw new IllegalArgumentException("no position was measured; the text needs at least one after its first");
        }
        List<MeasuredPosition> uncertainFirst = positions.stream()
                .sorted(Comparator.comparingDouble(MeasuredPosition::entropy).reversed())
                .toList();
        double count = positions.size();
        long hits = positions.stream().filter(MeasuredPosition::standardHit).count();
        double plain = positions.stream()
                .map(MeasuredPosition::standardTime)
                .mapToLong(Duration::toNanos)
                .sum();
        double step = plain / count;
        long textTokens = positions.size();
        long thoughtTokens = 0;
        double thoughtTime = 0;
        List<Point> points = new ArrayList<>();
        points.add(new Point(Double.POSITIVE_INFINITY, 0, hits / count, 1, plain == 0 ? Double.NaN : 1));
        for (int i = 0; i < uncertainFirst.size(); i++) {
            MeasuredPosition position = uncertainFirst.get(i);
            hits += (position.reasonedHit() ? 1 : 0) - (position.standardHit() ? 1 : 0);
            thoughtTokens += position.thoughtTokens();
            textTokens += position.textTokens() - 1;
            thoughtTime += position.thoughtTime().toNanos();
            boolean last = i + 1 == uncertainFirst.size();
            if (last || uncertainFirst.get(i + 1).entropy() < position.entropy()) {
                points.add(new Point(
                        last ? 0 : position.entropy(),
                        (i + 1) / count,
                        hits / count,
                        1 + (double) thoughtTokens / textTokens,
                        plain == 0 ? Double.NaN : 1 + thoughtTime / (textTokens * step)));
            }
        }
        return new GatingCurve(points);
    }

    /** All points, from no thought to a thought everywhere; at least two. */
    public List<Point> points() {
        return points;
    }

    /**
     * The lowest threshold whose slow-down is at most the wanted one.
     *
     * @param wanted generated tokens per token of the text, at least 1
     */
    public Point within(double wanted) {
        if (!(wanted >= 1)) {
            throw new IllegalArgumentException("slow-down is " + wanted + ", must be at least 1: no text takes less");
        }
        Point best = points.get(0);
        for (Point point : points) {
            if (point.slowDown() <= wanted) {
                best = point;
            }
        }
        return best;
    }

    /** At most so many points, evenly spread over the shares of thinking, the first and the last among them. */
    public List<Point> sampled(int count) {
        if (count < 2) {
            throw new IllegalArgumentException("count is " + count + ", must be at least 2");
        }
        if (points.size() <= count) {
            return points;
        }
        List<Point> sampled = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sampled.add(points.get((int) Math.round(i * (points.size() - 1) / (count - 1.0))));
        }
        return sampled;
    }
}
