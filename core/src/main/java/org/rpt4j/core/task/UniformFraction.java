package org.rpt4j.core.task;

import java.util.List;
import org.rpt4j.api.CounterRandom;

/**
 * Every position with the same probability, whatever its entropy: the control of every filter. Whether a position is
 * taken depends on seed and position alone.
 *
 * @param share probability of a position, in (0, 1]
 * @param seed chooses the positions
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
