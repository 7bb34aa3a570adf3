package org.rpt4j.run.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.core.train.ComputeCost;
import org.rpt4j.core.train.ComputeMeter;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.core.train.SupervisedSettings;
import org.rpt4j.core.train.SupervisedTrainer;
import org.rpt4j.core.train.TinyWorld;

class ComputeBudgetTest {

    private static final SupervisedSettings SETTINGS = SupervisedSettings.of(1, 12, LearningRateSchedule.constant(0.1));

    /** Documents of 2 to 7 tokens. */
    private static final List<SupervisedExample> EXAMPLES = IntStream.range(0, 30)
            .mapToObj(i -> SupervisedExample.document(new int[2 + i % 6]))
            .toList();

    @Test
    void aControlCostsAtMostTheBudgetAndOneStepMoreWouldNot() {
        var policy = TinyWorld.policy();
        ComputeCost cost = new ComputeCost(policy.description().parameterCount());
        ComputeBudget budget = new ComputeBudget(cost, cost.flops(0, 200));
        long steps = budget.steps(EXAMPLES, SETTINGS);

        double spent = costOf(steps);

        assertThat(spent).isLessThanOrEqualTo(budget.flops()).isGreaterThan(0.9 * budget.flops());
        assertThat(costOf(steps + 1)).isGreaterThan(budget.flops());
    }

    private static double costOf(long steps) {
        var policy = TinyWorld.policy();
        ComputeMeter meter = new ComputeMeter();
        SupervisedSettings settings = SupervisedSettings.of(steps, SETTINGS.tokensPerStep(), SETTINGS.schedule());
        SupervisedTrainer.builder()
                .policy(policy, policy.openOptimizer(OptimizerOptions.PAPER))
                .examples(EXAMPLES)
                .settings(settings)
                .listener(meter)
                .build()
                .run();
        return meter.flops();
    }

    @Test
    void readingIsPaidFirst() {
        ComputeCost cost = new ComputeCost(10);
        ComputeBudget budget = new ComputeBudget(cost, 6000);
        assertThat(budget.afterReading(100).flops()).isEqualTo(4000, within(1e-9));
        assertThat(budget.afterReading(1_000_000).flops()).isZero();
        assertThat(budget.afterReading(1_000_000).steps(EXAMPLES, SETTINGS)).isZero();
    }

    @Test
    void refusesWhatIsNoBudget() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ComputeBudget(new ComputeCost(1), Double.NaN))
                .withMessageContaining("flops");
        assertThatIllegalArgumentException().isThrownBy(() -> new ComputeBudget(new ComputeCost(1), -1));
    }
}
