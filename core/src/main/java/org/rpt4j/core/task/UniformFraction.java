package org.rpt4j.core.task;

import java.util.List;
import org.rpt4j.api.CounterRandom;

/**
 * Selects every position with the same probability, whatever its entropy: the baseline for every filter. The selection
 * of a position depends only on the seed and the position.
 *
 * @param share probability of a position, in (0, 1]
 * @param seed seed of the choice
 * @since 0.1.0
 */
public record UniformFraction(double share, long seed) implements PositionSelector {

    public UniformFraction {
        TopFraction.SHARE.check(share);
    }

    @Override
    public List<Position> select(List<Position> eligible) {
        return eligible.stream().filter(this::takes).toList();
    }

    private boolean takes(Position position) {
        return (CounterRandom.bits(seed, position.taskId()) >>> 11) * 0x1.0p-53 < share;
    }

    @Override
    public String describe() {
        return "uniform-fraction " + share + " seed " + seed;
    }
}
