package org.rpt4j.core.task;

import java.util.List;
import java.util.Map;
import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

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
public record PassRateBand(double lowest, double highest, Map<Long, Double> passRates) implements PositionSelector {

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
    public List<Position> select(List<Position> eligible) {
        return eligible.stream().filter(position -> contains(position.taskId())).toList();
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
