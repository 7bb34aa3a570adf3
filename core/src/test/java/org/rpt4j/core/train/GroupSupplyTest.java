package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.task.TaskSource;

/** Batches of eight tasks; each test decides which of them give mixed groups. */
class GroupSupplyTest {

    private final TabularPolicy policy = TinyWorld.policy();
    private final List<List<Long>> rounds = new ArrayList<>();

    @Test
    void offLearnsFromWhatItSampled() {
        GroupSupply supply = supply(DynamicSampling.OFF, PassRates.NONE);
        StepGroups groups = collect(supply, 3, id -> id % 2 == 0);
        assertThat(rounds).containsExactly(ids(24, 32));
        assertThat(groups.learned()).isEqualTo(groups.sampled()).hasSize(8);
        assertThat(groups.refill()).isEmpty();
    }

    @Test
    void beginsAtItsStartStep() {
        GroupSupply supply =
                supply(DynamicSampling.builder().startStep(5).budget(4).build(), PassRates.NONE);
        assertThat(collect(supply, 4, id -> false).refill()).isEmpty();
        assertThat(collect(supply, 5, id -> true).refill()).isPresent();
    }

    /** Two of eight are mixed, so 24 more are expected to be needed for six; a batch has eight. */
    @Test
    void refillsUntilEnoughGroupsAreMixed() {
        GroupSupply supply =
                supply(DynamicSampling.builder().startStep(0).budget(10).build(), PassRates.NONE);
        StepGroups groups = collect(supply, 0, id -> id % 4 == 0);
        assertThat(rounds).hasSize(4).allSatisfy(round -> assertThat(round).hasSize(8));
        assertThat(rounds.get(1).get(0)).isEqualTo(8L << 32);
        assertThat(groups.sampled()).hasSize(32);
        assertThat(groups.learned())
                .hasSize(8)
                .allSatisfy(group -> assertThat(group.isMixed()).isTrue());
        assertThat(groups.refill()).contains(new RolloutMetrics.RefillMetrics(8, 8, 32, 4, 0, 0, 0, 0));
    }

    /** Seven of eight are mixed, so one more needs 8/7 groups, rounded up: two, not eight. */
    @Test
    void asksForNoMoreThanItExpectsToNeed() {
        GroupSupply supply =
                supply(DynamicSampling.builder().startStep(0).budget(10).build(), PassRates.NONE);
        collect(supply, 0, id -> id != 3);
        assertThat(rounds).hasSize(2);
        assertThat(rounds.get(1)).hasSize(2);
    }

    /** Rates of 0 to 0.7 for the tasks of the step; the band has 0.6 to 1 at first, and 0.06 to 0.46 in the last of 10. */
    @Test
    void aCurriculumOverTimeBeginsWithEasyTasksAndEndsWithHardOnes() {
        DynamicSampling time = curriculum(DynamicSampling.Curriculum.TIME);
        collect(supply(time, rates(0, 8)), 0, id -> true);
        assertThat(rounds.get(0)).containsExactly(6L, 7L);
        rounds.clear();
        collect(supply(time, rates(72, 8)), 9, id -> true);
        assertThat(rounds.get(0)).containsExactly(73L, 74L, 75L, 76L);
    }

    /** The mean of the rates is 0.35, so that the middle of the band is 0.8 - 0.6 * 0.35 = 0.59, whatever the step. */
    @Test
    void aCurriculumByThePolicyFollowsWhatItSolves() {
        DynamicSampling byPolicy = curriculum(DynamicSampling.Curriculum.POLICY);
        collect(supply(byPolicy, rates(0, 8)), 0, id -> true);
        assertThat(rounds.get(0)).containsExactly(4L, 5L, 6L, 7L);
    }

    @Test
    void tasksWithoutARateAreInTheBandAndTheNearestServeIfNoneIs() {
        DynamicSampling time = curriculum(DynamicSampling.Curriculum.TIME);
        collect(supply(time, rates(0, 4)), 0, id -> true);
        assertThat(rounds.get(0)).containsExactly(4L, 5L, 6L, 7L);
        rounds.clear();
        Map<Long, PassRates.Count> hard = new HashMap<>();
        LongStream.range(0, 8).forEach(id -> hard.put(id, new PassRates.Count(10, id % 4)));
        collect(supply(time, new PassRates(hard)), 0, id -> true);
        assertThat(rounds.get(0)).containsExactly(3L, 7L);
    }

    private static DynamicSampling curriculum(DynamicSampling.Curriculum curriculum) {
        return DynamicSampling.builder()
                .startStep(0)
                .budget(1)
                .curriculum(curriculum)
                .build();
    }

    /** The first task was never solved, the next one time in ten, and so on. */
    private static PassRates rates(long from, int count) {
        Map<Long, PassRates.Count> counts = new HashMap<>();
        for (int i = 0; i < count; i++) {
            counts.put(from + i, new PassRates.Count(10, i));
        }
        return new PassRates(counts);
    }

    @Test
    void theBudgetIsHardAndStarvationIsCounted() {
        GroupSupply supply =
                supply(DynamicSampling.builder().startStep(0).budget(3).build(), PassRates.NONE);
        StepGroups first = collect(supply, 0, id -> id == 1);
        assertThat(first.sampled()).hasSize(24);
        assertThat(first.learned()).hasSize(1);
        assertThat(first.refill()).contains(new RolloutMetrics.RefillMetrics(8, 1, 24, 3, 0, 0, 0, 1));
        assertThat(first.refill().orElseThrow().starved()).isTrue();
        assertThat(collect(supply, 1, id -> false).refill().orElseThrow().starvedSteps())
                .isEqualTo(2);
        assertThat(collect(supply, 2, id -> true).refill().orElseThrow().starvedSteps())
                .isZero();
    }

    @Test
    void tasksThatRunOutEndTheSearch() {
        GroupSupply supply = new GroupSupply(
                (step, size) ->
                        LongStream.range(0, size).mapToObj(TinyWorld::task).toList(),
                policy,
                settings(DynamicSampling.builder().startStep(0).budget(10).build()),
                TrainerState.SupplyState.NONE);
        StepGroups groups = collect(supply, 0, id -> id == 2);
        assertThat(groups.sampled()).hasSize(8);
        assertThat(groups.refill().orElseThrow().starved()).isTrue();
    }

    @Test
    void surplusIsDroppedIfTrainingIsOnPolicy() {
        GroupSupply supply =
                supply(DynamicSampling.builder().startStep(0).budget(10).build(), PassRates.NONE);
        assertThat(surplusStep(supply).refill()).contains(new RolloutMetrics.RefillMetrics(8, 8, 16, 2, 0, 0, 4, 0));
        assertThat(collect(supply, 1, id -> true).refill().orElseThrow().carriedIn())
                .isZero();
    }

    @Test
    void surplusIsCarriedOverAndUsedFirst() {
        GroupSupply supply = supply(
                DynamicSampling.builder()
                        .startStep(0)
                        .budget(10)
                        .maxStaleness(1)
                        .build(),
                PassRates.NONE);
        List<GradedGroup> surplus = surplusStep(supply).sampled().subList(12, 16);
        update();
        rounds.clear();
        StepGroups next = collect(supply, 1, id -> true);
        assertThat(next.learned().subList(0, 4)).isEqualTo(surplus);
        assertThat(next.learned()).hasSize(8);
        assertThat(next.sampled()).doesNotContainAnyElementsOf(surplus);
        assertThat(next.refill().orElseThrow().carriedIn()).isEqualTo(4);
        assertThat(next.learned().get(0).policyVersion()).isZero();
        assertThat(next.learned().get(7).policyVersion()).isEqualTo(1);
    }

    @Test
    void staleSurplusIsDropped() {
        GroupSupply supply = supply(
                DynamicSampling.builder()
                        .startStep(0)
                        .budget(10)
                        .maxStaleness(1)
                        .build(),
                PassRates.NONE);
        surplusStep(supply);
        update();
        update();
        RolloutMetrics.RefillMetrics metrics =
                collect(supply, 1, id -> true).refill().orElseThrow();
        assertThat(metrics.carriedIn()).isZero();
        assertThat(metrics.dropped()).isEqualTo(4);
    }

    @Test
    void noTaskIsSampledTwiceInAStep() {
        TaskSource overlapping = (step, size) -> LongStream.range(0, size)
                .mapToObj(i -> TinyWorld.task(i + (step >> 32) * 3))
                .toList();
        RptSettings settings =
                settings(DynamicSampling.builder().startStep(0).budget(5).build());
        GroupSupply supply = new GroupSupply(overlapping, policy, settings, TrainerState.SupplyState.NONE);
        collect(supply, 0, id -> false);
        List<Long> asked = rounds.stream().flatMap(List::stream).toList();
        assertThat(asked).doesNotHaveDuplicates().hasSizeGreaterThan(8);
    }

    /** Three tasks of a further batch are needed: those that are unknown or had a learning signal, in their order. */
    @Test
    void tasksWithoutALearningSignalComeLast() {
        long first = 8L << 32;
        PassRates known = new PassRates(Map.of(
                first,
                new PassRates.Count(8, 0),
                first + 1,
                new PassRates.Count(8, 8),
                first + 3,
                new PassRates.Count(8, 3)));
        GroupSupply supply =
                supply(DynamicSampling.builder().startStep(0).budget(10).build(), known);
        collect(supply, 0, id -> !Set.of(7L, 6L).contains(id));
        assertThat(rounds.get(1)).containsExactly(first + 2, first + 3, first + 4);
    }

    @Test
    void passRatesGatherTheRewards() {
        GroupSupply supply = supply(DynamicSampling.OFF, new PassRates(Map.of(0L, new PassRates.Count(2, 2))));
        collect(supply, 0, id -> id < 4);
        assertThat(supply.passRates().of(0)).hasValue(0.75);
        assertThat(supply.passRates().of(1)).hasValue(0.5);
        assertThat(supply.passRates().of(7)).hasValue(0);
        assertThat(supply.passRates().of(8)).isEmpty();
    }

    @Test
    void badSettingsAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> DynamicSampling.builder().startStep(-1).budget(1).build())
                .withMessageContaining("startStep");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> DynamicSampling.builder().startStep(0).budget(0).build())
                .withMessageContaining("budget");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DynamicSampling.builder()
                        .startStep(0)
                        .budget(1)
                        .maxStaleness(-1)
                        .build())
                .withMessageContaining("maxStaleness");
    }

    /** Four mixed groups in the first round, so that the second has eight, all of which are mixed: four too many. */
    private StepGroups surplusStep(GroupSupply supply) {
        return collect(supply, 0, id -> id < 4 || id > 7);
    }

    private GroupSupply supply(DynamicSampling sampling, PassRates known) {
        return new GroupSupply(TinyWorld::tasks, policy, settings(sampling), TrainerState.SupplyState.of(known));
    }

    private static RptSettings settings(DynamicSampling sampling) {
        return TinyWorld.settings(10).toBuilder().dynamicSampling(sampling).build();
    }

    private StepGroups collect(GroupSupply supply, long step, LongPredicate mixed) {
        return supply.collect(step, tasks -> {
            rounds.add(tasks.stream().map(PredictionTask::id).toList());
            return tasks.stream()
                    .map(task -> Groups.of(task, policy.version(), mixed.test(task.id()) ? 1 : 0, 0))
                    .toList();
        });
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private void update() {
        TokenBatch batch =
                TokenBatch.builder(1).add(new int[] {1}, List.of(new int[] {2})).build();
        try (Optimizer optimizer = policy.openOptimizer(TinyWorld.RATE);
                var pass = policy.forward(batch)) {
            pass.backward(TokenValues.of(batch, new double[] {0.1}));
            optimizer.step();
        }
    }
}
