package org.rpt4j.core.task;

import java.util.Comparator;
import java.util.List;

/**
 * The hardest positions of every document, by rank instead of by value: each document gives the same share, however
 * hard it is (the high-entropy minority of Wang et al. 2025, arXiv 2506.01939, takes a fifth). For the hardest share of a
 * whole corpus use {@link MinEntropy} with {@link FilterStatistics#thresholdForTop}.
 *
 * @param share share of the eligible positions, rounded up, in (0, 1]
 */
public record TopFraction(double share) implements PositionSelector {

    private static final Comparator<Position> HARDEST_FIRST =
            Comparator.comparingDouble(Position::entropy).reversed().thenComparingInt(Position::index);

    public TopFraction {
        requireShare(share);
    }

    @Override
    public List<Position> select(List<Position> eligible) {
        return eligible.stream()
                .sorted(HARDEST_FIRST)
                .limit((long) Math.ceil(share * eligible.size()))
                .sorted(Comparator.comparingInt(Position::index))
                .toList();
    }

    @Override
    public String describe() {
        return "top-fraction " + share;
    }

    static void requireShare(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", must be above 0 and at most 1");
        }
    }
}
