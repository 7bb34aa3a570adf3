package org.rpt4j.core.task;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * Decides which positions of a document become tasks. A named value; the built-in ones are {@link MinEntropy},
 * {@link TopFraction}, {@link UniformFraction} and {@link PassRateBand}. The selection depends only on the document, so
 * a corpus can be filtered as a stream and in any order. Thread-safe.
 *
 * @since 0.1.0
 */
public interface PositionSelector {

    /**
     * Selects among the positions of one document.
     *
     * @param eligible scored positions that have enough context and may be predicted, in order
     * @return some of them, in order
     */
    List<ScoredPosition> select(List<ScoredPosition> eligible);

    /** Name and settings, as recorded with the tasks, such as {@code min-entropy 1.0 nats}. */
    String describe();

    /**
     * The error message if nothing was selected in a whole corpus.
     *
     * @param statistics statistics of the corpus; at least one position was eligible
     */
    default String explainEmpty(FilterStatistics statistics) {
        return String.format(
                Locale.ROOT,
                "none of %d eligible tokens passes %s. Loosen the selection, or use a larger corpus.",
                statistics.eligible(),
                describe());
    }

    /**
     * Selects positions where the proxy is uncertain enough: the filter of the paper (section 3.3), whose published splits
     * are at 0.5, 1.0 and 1.5 nats.
     *
     * @param nats minimum entropy; 0 keeps every scored position
     * @since 0.1.0
     */
    record MinEntropy(double nats) implements PositionSelector {

        public static final Setting<Double> MIN_ENTROPY = Setting.real("min-entropy", Range.atLeast(0))
                .says("Lowest entropy of a token that becomes a task.")
                .in("nats")
                .after("splits of the paper: 0.5, 1.0, 1.5; the threshold for training is unspecified")
                .or(0.5);

        public MinEntropy {
            MIN_ENTROPY.check(nats);
        }

        @Override
        public List<ScoredPosition> select(List<ScoredPosition> eligible) {
            return eligible.stream()
                    .filter(position -> position.entropy() >= nats)
                    .toList();
        }

        @Override
        public String describe() {
            return "min-entropy " + nats + " nats";
        }

        @Override
        public String explainEmpty(FilterStatistics statistics) {
            return String.format(
                    Locale.ROOT,
                    "min-entropy is %.3f nats but the highest among %d eligible tokens is %.3f. "
                            + "Lower it (%.2f would keep a tenth), or use a weaker proxy or a harder corpus.",
                    nats,
                    statistics.eligible(),
                    statistics.highestEntropy(),
                    statistics.thresholdForTop(0.1));
        }
    }

    /**
     * Selects the hardest positions of every document, by rank instead of by value: each document contributes the same
     * share, however hard it is (the high-entropy minority of Wang et al. 2025, arXiv 2506.01939, takes a fifth). For the
     * hardest share of a whole corpus use {@link PositionSelector.MinEntropy} with {@link FilterStatistics#thresholdForTop}.
     *
     * @param share share of the eligible positions, rounded up, in (0, 1]
     * @since 0.1.0
     */
    record TopFraction(double share) implements PositionSelector {

        public static final Setting<Double> SHARE = Setting.real(
                        "share", Range.above(0).upTo(1))
                .says("Share of the tokens.")
                .after("Wang et al. 2025, arXiv 2506.01939: a fifth")
                .or(0.2);

        private static final Comparator<ScoredPosition> HARDEST_FIRST =
                Comparator.comparingDouble(ScoredPosition::entropy).reversed().thenComparingInt(ScoredPosition::index);

        public TopFraction {
            SHARE.check(share);
        }

        @Override
        public List<ScoredPosition> select(List<ScoredPosition> eligible) {
            return eligible.stream()
                    .sorted(HARDEST_FIRST)
                    .limit((long) Math.ceil(share * eligible.size()))
                    .sorted(Comparator.comparingInt(ScoredPosition::index))
                    .toList();
        }

        @Override
        public String describe() {
            return "top-fraction " + share;
        }
    }

    /**
     * Selects every position with the same probability, whatever its entropy: the baseline for every filter. The selection
     * of a position depends only on the seed and the position.
     *
     * @param share probability of a position, in (0, 1]
     * @param seed seed of the choice
     * @since 0.1.0
     */
    record UniformFraction(double share, long seed) implements PositionSelector {

        public UniformFraction {
            PositionSelector.TopFraction.SHARE.check(share);
        }

        @Override
        public List<ScoredPosition> select(List<ScoredPosition> eligible) {
            return eligible.stream().filter(this::takes).toList();
        }

        private boolean takes(ScoredPosition position) {
            return (CounterRandom.bits(seed, position.taskId()) >>> 11) * 0x1.0p-53 < share;
        }

        @Override
        public String describe() {
            return "uniform-fraction " + share + " seed " + seed;
        }
    }

    /**
     * Selects positions that a policy predicts correctly sometimes but not always: their groups are likely to be mixed, and
     * only mixed groups have a learning signal. Positions without an observed pass rate are left out.
     *
     * @param lowest minimum pass rate, 0 to 1
     * @param highest maximum pass rate, 0 to 1
     * @param passRates share of correct rollouts, 0 to 1, by task id; from evaluations, or from the rollouts of a training
     *     run
     * @since 0.1.0
     */
    record PassRateBand(double lowest, double highest, Map<Long, Double> passRates) implements PositionSelector {

        public static final Setting<Double> LOWEST = Setting.real("lowest", Range.between(0, 1))
                .says("Lower end of the band of pass rates.")
                .or(0.1);

        public static final Setting<Double> HIGHEST = Setting.real("highest", Range.between(0, 1))
                .says("Upper end of the band of pass rates.")
                .or(0.9);

        public PassRateBand {
            LOWEST.check(lowest);
            HIGHEST.check(highest);
            passRates = Map.copyOf(passRates);
            new Conflicts()
                    .when(
                            lowest > highest,
                            "the band of pass rates is empty. Swap the two values.",
                            LOWEST.is(lowest),
                            HIGHEST.is(highest))
                    .refuse();
        }

        @Override
        public List<ScoredPosition> select(List<ScoredPosition> eligible) {
            return eligible.stream()
                    .filter(position -> contains(position.taskId()))
                    .toList();
        }

        private boolean contains(long taskId) {
            double rate = passRates.getOrDefault(taskId, Double.NaN);
            return rate >= lowest && rate <= highest;
        }

        @Override
        public String describe() {
            return "pass-rate-band " + lowest + " to " + highest + " of " + passRates.size() + " observed";
        }
    }
}
