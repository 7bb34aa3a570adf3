package org.rpt4j.core.task;

import java.util.List;

/**
 * Positions that a policy was seen to predict sometimes, but not always: a group there is likely to be mixed, and only
 * mixed groups teach. Positions without an observed rate are left out.
 *
 * @param lowest least pass rate, 0 to 1
 * @param highest greatest pass rate, 0 to 1
 * @param rates what was observed, from evaluations or from the rollouts of a training run
 */
public record PassRateBand(double lowest, double highest, PassRates rates) implements PositionSelector {

    public PassRateBand {
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
        double rate = rates.of(taskId);
        return rate >= lowest && rate <= highest;
    }

    @Override
    public String describe() {
        return "pass-rate-band " + lowest + " to " + highest + " of " + rates.size() + " observed";
    }
}
