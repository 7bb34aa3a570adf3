package org.rpt4j.samples.base;

import java.util.SplittableRandom;
import org.rpt4j.samples.stories.Habit;

/**
 * The frequency of each habit in the traces; the remainder is wandering.
 *
 * @param careful share of step-by-step thoughts, 0 to 1
 * @param hasty share of thoughts that claim the answer is obvious, 0 to 1
 */
record HabitShares(double careful, double hasty) {

    HabitShares {
        if (!(careful >= 0 && hasty >= 0 && careful + hasty <= 1)) {
            throw new IllegalArgumentException(
                    "shares are " + careful + " and " + hasty + ", must add up to at most 1");
        }
    }

    Habit draw(SplittableRandom random) {
        double u = random.nextDouble();
        if (u < careful) {
            return Habit.CAREFUL;
        }
        return u < careful + hasty ? Habit.HASTY : Habit.WANDERING;
    }
}
