package org.rpt4j.backend.onnx.export;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.rpt4j.api.TokenScores;

/**
 * What it changes if a corpus is scored with an approximate proxy instead of the exact one: the error of the entropy,
 * and how many tokens a filter would judge otherwise. Add the scores of both, then read. Not thread-safe.
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

    /** A comparison that looks at some thresholds of entropy, in nats. */
    public ScoreComparison(List<Double> thresholds) {
        this.thresholds = List.copyOf(thresholds);
        this.keptExactly = new long[thresholds.size()];
        this.keptApproximately = new long[thresholds.size()];
        this.changed = new long[thresholds.size()];
    }

    /**
     * Adds one sequence; positions that are not scored do not count.
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

    /** Number of scored tokens. */
    public long tokens() {
        return tokens;
    }

    /** Mean absolute error of the entropy, in nats; 0 without tokens. */
    public double meanAbsoluteError() {
        return tokens == 0 ? 0 : absoluteError / tokens;
    }

    /** Largest absolute error of the entropy, in nats. */
    public double largestError() {
        return largestError;
    }

    /** Share of tokens whose most probable next token is another one. */
    public double otherArgmaxShare() {
        return tokens == 0 ? 0 : (double) otherArgmax / tokens;
    }

    /**
     * What a filter would do.
     *
     * @param threshold least entropy that is kept, in nats
     * @param keptExactly tokens that the exact proxy keeps
     * @param keptApproximately tokens that the approximate one keeps
     * @param changed tokens that only one of them keeps
     */
    public record Threshold(double threshold, long keptExactly, long keptApproximately, long changed) {}

    /** The thresholds in the order in which they were given. */
    public List<Threshold> thresholds() {
        return IntStream.range(0, thresholds.size())
                .mapToObj(i -> new Threshold(thresholds.get(i), keptExactly[i], keptApproximately[i], changed[i]))
                .toList();
    }

    /** The comparison for people to read, in several lines. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d tokens: entropy differs by %.4f nats on average and by %.4f at most; another argmax for %.2f %%",
                tokens,
                meanAbsoluteError(),
                largestError,
                100 * otherArgmaxShare()));
        for (Threshold each : thresholds()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n  entropy >= %.2f: %d kept exactly, %d approximately; %d change sides (%.2f %%)",
                    each.threshold(),
                    each.keptExactly(),
                    each.keptApproximately(),
                    each.changed(),
                    tokens == 0 ? 0.0 : 100.0 * each.changed() / tokens));
        }
        return text.toString();
    }
}
