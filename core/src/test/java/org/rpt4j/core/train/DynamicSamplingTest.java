package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.PolicyLoss;

/** Dynamic sampling in the loop. */
class DynamicSamplingTest {

    private static final DynamicSampling ON_POLICY =
            DynamicSampling.builder().startStep(0).budget(6).build();

    @Test
    void everyStepLearnsFromAsManyMixedGroupsAsItWants() {
        EventLog log = new EventLog();
        TinyWorld.trainer(TinyWorld.policy(), settings(20, ON_POLICY))
                .listener(log)
                .build()
                .run();
        assertThat(log.of(TrainingEvent.GroupsRefilled.class)).hasSize(20).anySatisfy(e -> {
            assertThat(e.metrics().rounds()).isGreaterThan(1);
            assertThat(e.metrics().found()).isEqualTo(8);
        });
        for (int i = 0; i < 20; i++) {
            RolloutMetrics.RefillMetrics refill =
                    log.of(TrainingEvent.GroupsRefilled.class).get(i).metrics();
            TrainingEvent.RolloutsSampled sampled =
                    log.of(TrainingEvent.RolloutsSampled.class).get(i);
            assertThat(sampled.groups()).hasSize(refill.generated()).hasSizeLessThanOrEqualTo(48);
            assertThat(sampled.metrics().mixed()).isEqualTo(refill.found() + refill.dropped());
        }
    }

    /** Half of the eight groups of two were found: the mean is over these four, not over eight. */
    @Test
    void aPartialBatchHasTheDenominatorOfWhatItTrains() {
        StepGroups partial = new GroupSupply(
                        TinyWorld::tasks,
                        TinyWorld.policy(),
                        settings(
                                1,
                                DynamicSampling.builder().startStep(0).budget(1).build()),
                        TrainerState.SupplyState.NONE)
                .collect(
                        0,
                        tasks -> tasks.stream()
                                .map(task -> Groups.of(task, 0, task.id() < 4 ? 1 : 0, 0))
                                .toList());
        LearningBatch batch = LearningBatch.of(partial.learned(), RptSettings.PAPER, 0);
        assertThat(partial.sampled()).hasSize(8);
        assertThat(batch.live()).hasSize(4);
        assertThat(batch.totals().sequences()).isEqualTo(8);
        assertThat(batch.totals().tokens()).isEqualTo(16);
    }

    @Test
    void anEventSaysThatTheBudgetIsSpent() {
        EventLog log = new EventLog();
        TrainingResult result = TinyWorld.trainer(
                        TinyWorld.policy(),
                        settings(
                                3,
                                DynamicSampling.builder().startStep(1).budget(2).build()))
                .verifier(attempt -> new Verdict.Scored(0, RewardReason.NO_BOX))
                .listener(log)
                .build()
                .run();
        assertThat(log.of(TrainingEvent.SamplingStarved.class))
                .containsExactly(
                        new TrainingEvent.SamplingStarved(1, new RolloutMetrics.RefillMetrics(8, 0, 16, 2, 0, 0, 0, 1)),
                        new TrainingEvent.SamplingStarved(
                                2, new RolloutMetrics.RefillMetrics(8, 0, 16, 2, 0, 0, 0, 2)));
        assertThat(result.emptySteps()).isEqualTo(3);
    }

    /** Tasks and samples of every round depend only on the step and the state, so both can be resumed. */
    @Test
    void aResumedRunIsTheUninterruptedRun() {
        TabularPolicy whole = TinyWorld.policy();
        TabularPolicy parts = TinyWorld.policy();
        RptTrainer uninterrupted =
                TinyWorld.trainer(whole, settings(10, ON_POLICY)).build();
        uninterrupted.run();
        RptTrainer first = TinyWorld.trainer(parts, settings(4, ON_POLICY)).build();
        first.run();
        RptTrainer second = TinyWorld.trainer(
                        parts, settings(10, ON_POLICY).toBuilder().startStep(4).build())
                .passRates(first.passRates())
                .build();
        second.run();
        assertThat(parts.logits).isDeepEqualTo(whole.logits);
        assertThat(second.passRates()).isEqualTo(uninterrupted.passRates());
    }

    /** Older groups pass the check of sampler against trainer, are corrected for, and the policy learns. */
    @Test
    void carriedGroupsAreTrainedOnWithTheirOwnLogProbabilities() {
        for (PolicyLoss loss : new PolicyLoss[] {
            Objective.DAPO.loss(),
            Objective.DAPO.loss().toBuilder().importanceCap(2).build()
        }) {
            TabularPolicy policy = TinyWorld.policy();
            EventLog log = new EventLog();
            TinyWorld.trainer(
                            policy,
                            settings(
                                            150,
                                            DynamicSampling.builder()
                                                    .startStep(0)
                                                    .budget(6)
                                                    .maxStaleness(2)
                                                    .build())
                                    .toBuilder()
                                    .objective(Objective.DAPO.toBuilder()
                                            .loss(loss)
                                            .build())
                                    .build())
                    .listener(log)
                    .build()
                    .run();
            assertThat(log.of(TrainingEvent.GroupsRefilled.class))
                    .anySatisfy(e -> assertThat(e.metrics().carriedIn()).isPositive());
            assertThat(log.steps())
                    .allSatisfy(m -> assertThat(m.update().logProbGap()).isLessThan(1e-10));
            assertThat(log.steps())
                    .anySatisfy(m -> assertThat(Math.abs(m.update().loss())).isGreaterThan(1e-6));
            assertThat(log.steps().get(log.steps().size() - 1).rollouts().hitRate())
                    .isGreaterThan(0.6);
        }
    }

    private static RptSettings settings(long steps, DynamicSampling sampling) {
        return TinyWorld.settings(steps).toBuilder().dynamicSampling(sampling).build();
    }
}
