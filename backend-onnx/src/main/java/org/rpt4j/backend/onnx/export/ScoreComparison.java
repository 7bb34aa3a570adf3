package org.rpt4j.backend.onnx.export;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.rpt4j.api.TokenScores;

/**
 * Measures the effect of scoring a corpus with an approximate proxy instead of the exact one: the error of the entropy,
 * and how many tokens a filter would classify differently. Add the scores of both, then read the results. Not
 * thread-safe.
 */
public final class ScoreComparison {

    private final List<Double> thresholds;
    private final long[] keptExactly;
    private final long[] keptApproximately;
    private final long[] changed;
    private long tokens;
    private double absoluteError;
    private double largestError;
    private long otherArgmax;

    /** Creates a comparison for some entropy thresholds, in nats. */
    public ScoreComparison(List<Double> thresholds) {
        this.thresholds = List.copyOf(thresholds);
        this.keptExactly = new long[thresholds.size()];
        this.keptApproximately = new long[thresholds.size()];
        this.changed = new long[thresholds.size()];
    }

    /**
     * Adds one sequence; unscored positions do not count.
     *
     * @throws IllegalArgumentException if the lengths differ
     */
    public void add(TokenScores exact, TokenScores approximate) {
        if (exact.length() != approximate.length()) {
            throw new IllegalArgumentException(
                    "scores of " + exact.length() + " tokens were given with those of " + approximate.length());
        }
        for (int t = 0; t < exact.length(); t++) {
            if (!Double.isNaN(exact.entropy()[t])) {
                add(exact.entropy()[t], approximate.entropy()[t]);
                otherArgmax += exact.argmax()[t] != approximate.argmax()[t] ? 1 : 0;
            }
        }
    }

    private void add(double exact, double approximate) {
        double error = Math.abs(exact - approximate);
        tokens++;
        absoluteError += error;
        largestError = Math.max(largestError, error);
        for (int i = 0; i < thresholds.size(); i++) {
            boolean before = exact >= thresholds.get(i);
            boolean after = approximate >= thresholds.get(i);
            keptExactly[i] += before ? 1 : 0;
            keptApproximately[i] += after ? 1 : 0;
            changed[i] += before != after ? 1 : 0;
        }
    }

    /** Returns the number of scored tokens. */
    public long tokens() {
        return tokens;
    }

    /** Returns the mean absolute error of the entropy, in nats; 0 without tokens. */
    public double meanAbsoluteError() {
        return tokens == 0 ? 0 : absoluteError / tokens;
    }

    /** Returns the maximum absolute error of the entropy, in nats. */
    public double largestError() {
        return largestError;
    }

    /** Returns the share of tokens whose most probable next token differs. */
    public double otherArgmaxShare() {
        return tokens == 0 ? 0 : (double) otherArgmax / tokens;
    }

    /**
     * The effect on a filter.
     *
     * @param threshold minimum entropy, in nats
     * @param keptExactly number of tokens that the exact proxy keeps
     * @param keptApproximately number of tokens that the approximate one keeps
     * @param changed number of tokens that only one of them keeps
     */
    public record Threshold(double threshold, long keptExactly, long keptApproximately, long changed) {}

    /** Returns the thresholds in the given order. */
    public List<Threshold> thresholds() {
        return IntStream.range(0, thresholds.size())
                .mapToObj(i -> new Threshold(thresholds.get(i), keptExactly[i], keptApproximately[i], changed[i]))
                .toList();
    }

    /** Formats the comparison for readers, in several lines. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d tokens: entropy differs by %.4f nats on average, at most %.4f; argmax differs for %.2f %%",
                tokens,
                meanAbsoluteError(),
                largestError,
                100 * otherArgmaxShare()));
        for (Threshold each : thresholds()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n  entropy >= %.2f: exact keeps %d, approximate keeps %d; %d differ (%.2f %%)",
                    each.threshold(),
                    each.keptExactly(),
                    each.keptApproximately(),
                    each.changed(),
                    tokens == 0 ? 0.0 : 100.0 * each.changed() / tokens));
        }
        return text.toString();
    }
}
