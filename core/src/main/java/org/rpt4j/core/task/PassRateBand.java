package org.rpt4j.core.task;

import java.util.List;
import java.util.Map;

/**
 * Positions that a policy was seen to predict sometimes, but not always: a group there is likely to be mixed, and only
 * mixed groups teach. Positions without an observed rate are left out.
 *
 * @param lowest least pass rate, 0 to 1
 * @param highest greatest pass rate, 0 to 1
 * @param passRates share of rollouts that were right, 0 to 1, by the ids of the tasks; from evaluations, or from the
 *     rollouts of a training run
 */
public record PassRateBand(double lowest, double highest, Map<Long, Double> passRates) implements PositionSelector {

    public PassRateBand {
        passRates = Map.copyOf(passRates);
        if (!(lowest >= 0 && lowest <= highest && highest <= 1)) {
            throw new IllegalArgumentException(
                    "the band of pass rates is " + lowest + " to " + highest + ", must lie between 0 and 1, in order");
        }
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
