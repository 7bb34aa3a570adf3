package org.rpt4j.run.supervised;

import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.core.train.SupervisedSettings;

/**
 * What a baseline trains on and for how long, so that it spends at most its budget.
 *
 * @param examples what it learns
 * @param settings with the number of steps that the budget pays for
 * @param searchFlops what the search for thoughts has already spent, in floating point operations; 0 without a search
 * @since 0.1.0
 */
public record SupervisedPlan(List<SupervisedExample> examples, SupervisedSettings settings, double searchFlops) {

    public SupervisedPlan {
        examples = List.copyOf(examples);
    }

    /**
     * Next-token training on text.
     *
     * @param settings the settings of a training of so many steps
     * @return empty if the budget does not pay for one step
     */
    public static Optional<SupervisedPlan> nextToken(
            List<SupervisedExample> text, ComputeBudget budget, LongFunction<SupervisedSettings> settings) {
        return of(text, budget, settings, 0);
    }

    /**
     * Half text, half the policy's own thoughts that hit. The budget pays for their search, too.
     *
     * @param settings the settings of a training of so many steps
     * @return empty if what the search leaves does not pay for one step
     */
    public static Optional<SupervisedPlan> mixed(
            OwnThoughts thoughts,
            List<SupervisedExample> text,
            ComputeBudget budget,
            LongFunction<SupervisedSettings> settings) {
        ComputeBudget left = budget.afterReading(thoughts.readTokens());
        return of(thoughts.mixedWith(text), left, settings, budget.flops() - left.flops());
    }

    private static Optional<SupervisedPlan> of(
            List<SupervisedExample> examples,
            ComputeBudget left,
            LongFunction<SupervisedSettings> settings,
            double searchFlops) {
        long steps = left.steps(examples, settings.apply(1));
        return steps == 0
                ? Optional.empty()
                : Optional.of(new SupervisedPlan(examples, settings.apply(steps), searchFlops));
    }
}
