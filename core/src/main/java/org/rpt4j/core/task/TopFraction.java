package org.rpt4j.core.task;

import java.util.Comparator;
import java.util.List;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * Selects the hardest positions of every document, by rank instead of by value: each document contributes the same
 * share, however hard it is (the high-entropy minority of Wang et al. 2025, arXiv 2506.01939, takes a fifth). For the
 * hardest share of a whole corpus use {@link MinEntropy} with {@link FilterStatistics#thresholdForTop}.
 *
 * @param share share of the eligible positions, rounded up, in (0, 1]
 * @since 0.1.0
 */
public record TopFraction(double share) implements PositionSelector {

    public static final Setting<Double> SHARE = Setting.real(
                    "share", Range.above(0).upTo(1))
            .says("Share of the tokens.")
            .after("Wang et al. 2025, arXiv 2506.01939: a fifth")
            .or(0.2);

    private static final Comparator<Position> HARDEST_FIRST =
            Comparator.comparingDouble(Position::entropy).reversed().thenComparingInt(Position::index);

    public TopFraction {
        SHARE.check(share);
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
}
