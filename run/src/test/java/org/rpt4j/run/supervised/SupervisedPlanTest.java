package org.rpt4j.run.supervised;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.core.train.ComputeCost;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.core.train.SupervisedSettings;

/** 100 parameters: a token that is learned costs 600 FLOPs, one that is read 200. Every example learns three tokens. */
class SupervisedPlanTest {

    private static final ComputeCost COST = new ComputeCost(100);
    private static final List<SupervisedExample> TEXT = List.of(
            SupervisedExample.document(new int[] {1, 2, 3, 4}), SupervisedExample.document(new int[] {5, 6, 7, 8}));
    private static final List<SupervisedExample> THOUGHTS =
            List.of(new SupervisedExample(new int[] {1}, new int[] {2, 3, 4}));

    private static SupervisedSettings settings(long steps) {
        return SupervisedSettings.of(steps, 3, LearningRateSchedule.constant(1e-3));
    }

    private static ComputeBudget budget(double flops) {
        return new ComputeBudget(COST, flops);
    }

    @Test
    void textIsLearnedForAsManyStepsAsTheBudgetPaysFor() {
        SupervisedPlan plan = SupervisedPlan.nextToken(TEXT, budget(2 * 3 * 600 + 1), SupervisedPlanTest::settings)
                .orElseThrow();

        assertThat(plan.examples()).isEqualTo(TEXT);
        assertThat(plan.settings()).isEqualTo(settings(2));
        assertThat(plan.searchFlops()).isZero();
    }

    @Test
    void theSearchForThoughtsIsPaidFirst() {
        OwnThoughts thoughts = new OwnThoughts(THOUGHTS, 9);

        SupervisedPlan plan = SupervisedPlan.mixed(
                        thoughts, TEXT, budget(9 * 200 + 3 * 600), SupervisedPlanTest::settings)
                .orElseThrow();

        assertThat(plan.examples()).isEqualTo(thoughts.mixedWith(TEXT));
        assertThat(plan.settings()).isEqualTo(settings(1));
        assertThat(plan.searchFlops()).isEqualTo(9 * 200);
    }

    @Test
    void aBudgetThatPaysForNoStepGivesNoPlan() {
        assertThat(SupervisedPlan.nextToken(TEXT, budget(3 * 600 - 1), SupervisedPlanTest::settings))
                .isEmpty();
        assertThat(SupervisedPlan.mixed(
                        new OwnThoughts(THOUGHTS, 9),
                        TEXT,
                        budget(9 * 200 + 3 * 600 - 1),
                        SupervisedPlanTest::settings))
                .isEmpty();
    }
}
