package org.rpt4j.core.train;

import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerStep;

/** Sets the optimizer's learning rate for each step and checks that it uses it. */
final class ScheduledRate {

    private final Optimizer optimizer;
    private final @Nullable LearningRateSchedule schedule;
    private final long steps;

    /**
     * @param schedule null leaves the rate to the optimizer
     * @param steps number of steps of the whole run
     */
    ScheduledRate(Optimizer optimizer, @Nullable LearningRateSchedule schedule, long steps) {
        this.optimizer = optimizer;
        this.schedule = schedule;
        this.steps = steps;
    }

    void set(long step) {
        if (schedule != null) {
            optimizer.setLearningRate(schedule.at(step, steps));
        }
    }

    /** Checks that the optimizer does not scale the rate itself. */
    void requireUsed(long step, OptimizerStep taken) {
        if (schedule == null) {
            return;
        }
        double asked = schedule.at(step, steps);
        if (Math.abs(taken.learningRate() - asked) > 1e-6 * asked) {
            throw new IllegalStateException("the schedule set a learning rate of " + asked
                    + " and the optimizer used " + taken.learningRate()
                    + ". Open the optimizer with warmupSteps 0.");
        }
    }
}
