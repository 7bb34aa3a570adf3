package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.Preset;
import org.rpt4j.core.objective.TruncationHandling;
import org.rpt4j.core.phase.Progress;

class RptSettingsTest {

    @Test
    void thePaperIsOnPolicyWithEightRollouts() {
        assertThat(RptSettings.PAPER.sampling().groupSize()).isEqualTo(8);
        assertThat(RptSettings.PAPER.sampling().temperature()).isEqualTo(0.8);
        assertThat(RptSettings.PAPER.updatesPerBatch()).isEqualTo(1);
        assertThat(RptSettings.PAPER.objective().name()).isEqualTo("grpo");
        assertThat(RptSettings.PAPER.dynamicSampling().isOnAt(499)).isFalse();
        assertThat(RptSettings.PAPER.dynamicSampling().isOnAt(500)).isTrue();
    }

    @Test
    void aValueOutOfRangeIsRefusedByTheSetter() {
        RptSettings.Builder builder = RptSettings.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.promptsPerStep(0))
                .withMessageContaining("promptsPerStep is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.updatesPerBatch(0))
                .withMessageContaining("updatesPerBatch is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.microBatchTokens(0))
                .withMessageContaining("microBatchTokens is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxSkippedSteps(-1))
                .withMessageContaining("maxSkippedSteps is -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.logProbGapLimit(0))
                .withMessageContaining("logProbGapLimit is 0");
    }

    @Test
    void allConflictsAreListedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RptSettings.builder()
                        .steps(1)
                        .startStep(2)
                        .sampling(SamplingOptions.greedy(10))
                        .build())
                .withMessageContaining("steps is 1")
                .withMessageContaining("groupSize is 1")
                .withMessageContaining("temperature is 0");
    }

    @Test
    void aGroupMustHaveMoreRolloutsThanASetOfPassAtK() {
        RptSettings.Builder four = RptSettings.builder()
                .sampling(SamplingOptions.builder().groupSize(4).build())
                .preset(Preset.PASS_AT_K);
        assertThatIllegalArgumentException()
                .isThrownBy(four::build)
                .withMessageContaining("groupSize is 4")
                .withMessageContaining("advantage is PASS@4")
                .withMessageContaining("Sample at least 5, or compare smaller sets");
        assertThat(four.sampling(SamplingOptions.builder().groupSize(5).build()).build())
                .isNotNull();
    }

    @Test
    void anOnPolicyBaselineHasNoSecondStep() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RptSettings.builder()
                        .objective(Objective.OPO.toBuilder()
                                .loss(Preset.LOPTI.objective().loss())
                                .build())
                        .build())
                .withMessageContaining("isolationThreshold is 0.5")
                .withMessageContaining("a single step for all tokens");
    }

    @Test
    void aPenaltyDoesNotGoWithAShareOfTheMean() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RptSettings.builder()
                        .preset(Preset.MAX_RL)
                        .truncation(TruncationHandling.softPenalty(64, 1))
                        .build())
                .withMessageContaining("advantage is RELATIVE_MEAN")
                .withMessageContaining("which a penalty can make negative");
    }

    /** Over five steps from 5e-3 to 1e-3 by 8e-4 each: the last step still has 1.8e-3. */
    @Test
    void theWeightOfThePenaltyFallsLinearly() {
        RptSettings settings =
                RptSettings.builder().steps(5).preset(Preset.KDRL).build();
        double[] weights = new double[5];
        for (int step = 0; step < 5; step++) {
            weights[step] = settings.objectiveAt(step).loss().klWeight();
        }
        assertThat(weights).containsExactly(new double[] {5e-3, 4.2e-3, 3.4e-3, 2.6e-3, 1.8e-3}, within(1e-15));
        assertThat(settings.objectiveAt(0)).isEqualTo(settings.objective());
        RptSettings constant = RptSettings.PAPER;
        assertThat(constant.objectiveAt(7)).isSameAs(constant.objective());
    }

    @Test
    void groupsAreNotReplacedWhereRewardsTeachNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> RptSettings.builder().preset(Preset.DISTILLATION).build())
                .withMessageContaining("rewardWeight is 0")
                .withMessageContaining("no group is worth replacing");
        assertThat(RptSettings.builder().steps(500).preset(Preset.DISTILLATION).build())
                .isNotNull();
    }

    @Test
    void everySettingCanBeChanged() {
        LearningRateSchedule rate = LearningRateSchedule.linear(1e-5, 3);
        RptSettings changed = RptSettings.PAPER.toBuilder()
                .steps(7)
                .startStep(2)
                .promptsPerStep(3)
                .updatesPerBatch(4)
                .schedule(rate)
                .microBatchTokens(5)
                .truncation(TruncationHandling.MASK)
                .dynamicSampling(DynamicSampling.builder()
                        .startStep(8)
                        .budget(9)
                        .maxStaleness(1)
                        .build())
                .maxSkippedSteps(6)
                .logProbGapLimit(0.05)
                .build();
        assertThat(changed)
                .isEqualTo(RptSettings.builder()
                        .steps(7)
                        .startStep(2)
                        .promptsPerStep(3)
                        .sampling(RptSettings.PAPER.sampling())
                        .objective(RptSettings.PAPER.objective())
                        .updatesPerBatch(4)
                        .schedule(rate)
                        .microBatchTokens(5)
                        .truncation(TruncationHandling.MASK)
                        .dynamicSampling(DynamicSampling.builder()
                                .startStep(8)
                                .budget(9)
                                .maxStaleness(1)
                                .build())
                        .maxSkippedSteps(6)
                        .logProbGapLimit(0.05)
                        .build());
    }

    @Test
    void aPresetBringsObjectiveAndTruncation() {
        RptSettings masked = RptSettings.PAPER.toBuilder()
                .truncation(TruncationHandling.MASK)
                .dynamicSampling(DynamicSampling.OFF)
                .build();
        for (Preset preset : Preset.all()) {
            RptSettings settings = masked.toBuilder().preset(preset).build();
            assertThat(settings.objective()).isEqualTo(preset.objective());
            assertThat(settings.truncation()).isEqualTo(preset.truncation());
        }
        assertThat(RptSettings.PAPER.toBuilder().preset(Preset.PAPER).build()).isEqualTo(RptSettings.PAPER);
    }

    @Test
    void anOnPolicyBaselineAllowsOneUpdate() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RptSettings.PAPER.toBuilder()
                        .updatesPerBatch(2)
                        .objective(Objective.OPO)
                        .build())
                .withMessageContaining("updatesPerBatch is 2 and advantage is LENGTH_WEIGHTED");
        RptSettings carrying = RptSettings.PAPER.toBuilder()
                .dynamicSampling(DynamicSampling.builder()
                        .startStep(0)
                        .budget(2)
                        .maxStaleness(1)
                        .build())
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> carrying.toBuilder().objective(Objective.OPO).build())
                .withMessageContaining("maxStaleness is 1 and advantage is LENGTH_WEIGHTED");
    }

    @Test
    void theLengthBudgetFitsIntoTheCompletion() {
        TruncationHandling long64 = new TruncationHandling(
                false, TruncationHandling.KEEP.penalty(), new TruncationHandling.LengthBudget(64, 1, 0.5, 0.1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RptSettings.builder()
                        .truncation(long64)
                        .sampling(SamplingOptions.builder().maxTokens(63).build())
                        .build())
                .withMessageContaining("first is 64")
                .withMessageContaining("more tokens than a completion may have");
    }

    @Test
    void theOverlongPenaltyFitsIntoTheCompletion() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RptSettings.PAPER.toBuilder()
                        .truncation(TruncationHandling.softPenalty(8193, 1))
                        .build())
                .withMessageContaining("8193")
                .withMessageContaining("8192");
    }

    @Test
    void theRandomKeyOfAStepHasItsNumber() {
        RptSettings settings = RptSettings.PAPER.toBuilder()
                .sampling(RptSettings.PAPER.sampling().toBuilder()
                        .seed(11)
                        .step(99)
                        .build())
                .build();
        assertThat(settings.samplingAt(5).seed()).isEqualTo(11);
        assertThat(settings.samplingAt(5).step()).isEqualTo(5);
    }

    @Test
    void progressEstimatesTheRestFromThePaceSoFar() {
        Progress progress = new Progress(3, 12, Duration.ofSeconds(6));
        assertThat(progress.remaining()).contains(Duration.ofSeconds(18));
        assertThat(new Progress(0, 12, Duration.ZERO).remaining()).isEmpty();
        assertThat(new Progress(12, 12, Duration.ofSeconds(6)).remaining()).contains(Duration.ZERO);
        assertThatIllegalArgumentException().isThrownBy(() -> new Progress(13, 12, Duration.ZERO));
    }
}
