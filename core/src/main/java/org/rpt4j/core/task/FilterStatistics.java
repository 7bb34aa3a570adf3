package org.rpt4j.core.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Statistics of the entropy filter: the number of positions, how many are above the thresholds of the paper, and how
 * often the proxy's most probable token is correct among those. Counts only, so memory is constant. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class FilterStatistics {

    /** The thresholds of the difficulty splits easy, medium and hard, in nats. */
    private static final double[] THRESHOLDS = {0.5, 1.0, 1.5};

    private static final int BINS_PER_NAT = 100;
    private static final int BINS = 20 * BINS_PER_NAT;

    private final int minContextTokens;
    private final long[] kept = new long[THRESHOLDS.length];
    private final long[] hits = new long[THRESHOLDS.length];
    private final long[] histogram = new long[BINS];
    private long documents;
    private long tokensScored;
    private long eligible;
    private double highestEntropy = Double.NaN;

    /**
     * Starts empty. Positions that may be predicted and have at least {@code minContextTokens} tokens before them count
     * as eligible.
     */
    public FilterStatistics(int minContextTokens) {
        this.minContextTokens = minContextTokens;
    }

    /**
     * One difficulty split.
     *
     * @param threshold minimum entropy in nats
     * @param kept eligible positions at or above it
     * @param argmaxHits kept positions whose true token is the proxy's most probable one
     */
    public record Level(double threshold, long kept, long argmaxHits) {

        /** Share of the kept positions where plain argmax is correct; NaN if none is kept. */
        public double argmaxHitShare() {
            return (double) argmaxHits / kept;
        }
    }

    /**
     * All counts, for serialisation.
     *
     * @param minContextTokens as in the constructor
     * @param documents number of documents
     * @param tokensScored number of scored positions
     * @param eligible number of eligible positions
     * @param highestEntropy in nats; NaN if nothing is eligible
     * @param levels the splits
     * @param histogram number of eligible positions by entropy in hundredths of a nat; empty bins are left out
     */
    public record Counts(
            int minContextTokens,
            long documents,
            long tokensScored,
            long eligible,
            double highestEntropy,
            List<Level> levels,
            SortedMap<Integer, Long> histogram) {

        public Counts {
            levels = List.copyOf(levels);
            histogram = Collections.unmodifiableSortedMap(new TreeMap<>(histogram));
            if (levels.size() != THRESHOLDS.length) {
                throw new IllegalArgumentException("there are " + THRESHOLDS.length + " levels, not " + levels);
            }
            if (!histogram.isEmpty() && (histogram.firstKey() < 0 || histogram.lastKey() >= BINS)) {
                throw new IllegalArgumentException("histogram goes from " + histogram.firstKey() + " to "
                        + histogram.lastKey() + ", must be within 0 and " + (BINS - 1));
            }
        }
    }

    /** The counts so far. */
    public Counts counts() {
        SortedMap<Integer, Long> bins = new TreeMap<>();
        for (int bin = 0; bin < BINS; bin++) {
            if (histogram[bin] > 0) {
                bins.put(bin, histogram[bin]);
            }
        }
        return new Counts(minContextTokens, documents, tokensScored, eligible, highestEntropy, levels(), bins);
    }

    /** Creates statistics that continue from earlier counts. */
    public static FilterStatistics of(Counts counts) {
        FilterStatistics statistics = new FilterStatistics(counts.minContextTokens());
        statistics.documents = counts.documents();
        statistics.tokensScored = counts.tokensScored();
        statistics.eligible = counts.eligible();
        statistics.highestEntropy = counts.highestEntropy();
        for (int i = 0; i < THRESHOLDS.length; i++) {
            statistics.kept[i] = counts.levels().get(i).kept();
            statistics.hits[i] = counts.levels().get(i).argmaxHits();
        }
        counts.histogram().forEach((bin, count) -> statistics.histogram[bin] = count);
        return statistics;
    }

    /**
     * Adds the counts of other documents.
     *
     * @throws IllegalArgumentException if they count other positions as eligible
     */
    public void add(FilterStatistics others) {
        if (others.minContextTokens != minContextTokens) {
            throw new IllegalArgumentException(
                    "minContextTokens is " + others.minContextTokens + " there and " + minContextTokens + " here");
        }
        documents += others.documents;
        tokensScored += others.tokensScored;
        eligible += others.eligible;
        if (!(highestEntropy >= others.highestEntropy)) {
            highestEntropy = Double.isNaN(others.highestEntropy) ? highestEntropy : others.highestEntropy;
        }
        for (int i = 0; i < THRESHOLDS.length; i++) {
            kept[i] += others.kept[i];
            hits[i] += others.hits[i];
        }
        for (int bin = 0; bin < BINS; bin++) {
            histogram[bin] += others.histogram[bin];
        }
    }

    /** Adds a document. */
    public void add(ScoredDocument scored) {
        documents++;
        int[] tokens = scored.document().tokens();
        int firstEligible = Math.max(minContextTokens, scored.document().firstTarget());
        double[] entropy = scored.scores().entropy();
        for (int t = 0; t < tokens.length; t++) {
            if (Double.isNaN(entropy[t])) {
                continue;
            }
            tokensScored++;
            if (t >= firstEligible) {
                addEligible(entropy[t], scored.scores().argmax()[t] == tokens[t]);
            }
        }
    }

    private void addEligible(double entropy, boolean hit) {
        eligible++;
        highestEntropy = Double.isNaN(highestEntropy) ? entropy : Math.max(highestEntropy, entropy);
        histogram[Math.min(BINS - 1, (int) (entropy * BINS_PER_NAT))]++;
        for (int i = 0; i < THRESHOLDS.length; i++) {
            if (entropy > THRESHOLDS[i]) {
                kept[i]++;
                hits[i] += hit ? 1 : 0;
            }
        }
    }

    /** Number of documents. */
    public long documents() {
        return documents;
    }

    /** Number of scored positions. */
    public long tokensScored() {
        return tokensScored;
    }

    /** Number of scored positions with enough context. */
    public long eligible() {
        return eligible;
    }

    /** Highest entropy of an eligible position in nats; NaN if there is none. */
    public double highestEntropy() {
        return highestEntropy;
    }

    /** The splits at 0.5, 1.0 and 1.5 nats, each a subset of the one before. */
    public List<Level> levels() {
        List<Level> levels = new ArrayList<>();
        for (int i = 0; i < THRESHOLDS.length; i++) {
            levels.add(new Level(THRESHOLDS[i], kept[i], hits[i]));
        }
        return levels;
    }

    /**
     * The largest threshold, in steps of 0.01 nats, that keeps at least the given share of the eligible positions,
     * which selects by rank instead of by value.
     *
     * @param share in (0, 1]
     */
    public double thresholdForTop(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", must be above 0 and at most 1");
        }
        double wanted = share * eligible;
        long above = 0;
        for (int bin = BINS - 1; bin > 0; bin--) {
            above += histogram[bin];
            if (above >= wanted && above > 0) {
                return (double) bin / BINS_PER_NAT;
            }
        }
        return 0;
    }

    /** A few lines to print. */
    @Override
    public String toString() {
        if (eligible == 0) {
            return String.format(Locale.ROOT, "%d documents, %d tokens scored, none eligible", documents, tokensScored);
        }
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d documents, %d tokens scored, %d eligible, highest entropy %.3f nats",
                documents,
                tokensScored,
                eligible,
                highestEntropy));
        for (Level level : levels()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%nentropy > %.1f: %d kept (%.1f %%)",
                    level.threshold(),
                    level.kept(),
                    100.0 * level.kept() / eligible));
            if (level.kept() > 0) {
                text.append(String.format(Locale.ROOT, ", argmax right in %.1f %%", 100.0 * level.argmaxHitShare()));
            }
        }
        return text.toString();
    }
}
