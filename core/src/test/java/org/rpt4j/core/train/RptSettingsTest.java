package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
    void allErrorsAreListedAtOnce() {
        SamplingOptions greedy = SamplingOptions.greedy(10);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RptSettings(
                        1,
                        2,
                        0,
                        greedy,
                        RptSettings.PAPER.objective(),
                        0,
                        null,
                        0,
                        TruncationHandling.KEEP,
                        DynamicSampling.OFF,
                        -1,
                        0))
                .withMessageContaining("steps is 1")
                .withMessageContaining("promptsPerStep is 0")
                .withMessageContaining("groupSize is 1")
                .withMessageContaining("temperature is 0")
                .withMessageContaining("updatesPerBatch is 0")
                .withMessageContaining("microBatchTokens is 0")
                .withMessageContaining("maxSkippedSteps is -1")
                .withMessageContaining("logProbGapLimit is 0");
    }

    @Test
    void everySettingCanBeChanged() {
        LearningRateSchedule rate = LearningRateSchedule.linear(1e-5, 3);
        RptSettings changed = RptSettings.PAPER
                .withSteps(7)
                .withStartStep(2)
                .withPromptsPerStep(3)
                .withUpdatesPerBatch(4)
                .withSchedule(rate)
                .withMicroBatchTokens(5)
                .withTruncation(TruncationHandling.MASK)
                .withDynamicSampling(new DynamicSampling(8, 9, 1))
                .withMaxSkippedSteps(6)
                .withLogProbGapLimit(0.05);
        assertThat(changed)
                .isEqualTo(new RptSettings(
                        7,
                        2,
                        3,
                        RptSettings.PAPER.sampling(),
                        RptSettings.PAPER.objective(),
                        4,
                        rate,
                        5,
                        TruncationHandling.MASK,
                        new DynamicSampling(8, 9, 1),
                        6,
                        0.05));
    }

    @Test
    void aPresetBringsObjectiveAndTruncation() {
        RptSettings masked = RptSettings.PAPER.withTruncation(TruncationHandling.MASK);
        for (Preset preset : Preset.all()) {
            RptSettings settings = masked.withPreset(preset);
            assertThat(settings.objective()).isEqualTo(preset.objective());
            assertThat(settings.truncation()).isEqualTo(preset.truncation());
        }
        assertThat(RptSettings.PAPER.withPreset(Preset.PAPER)).isEqualTo(RptSettings.PAPER);
    }

    @Test
    void anOnPolicyBaselineAllowsOneUpdate() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RptSettings.PAPER.withUpdatesPerBatch(2).withObjective(Objective.OPO))
                .withMessageContaining("updatesPerBatch is 2, must be 1 with objective opo");
        RptSettings carrying = RptSettings.PAPER.withDynamicSampling(new DynamicSampling(0, 2, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> carrying.withObjective(Objective.OPO))
                .withMessageContaining("maxStaleness is 1, must be 0 with objective opo");
    }

    @Test
    void theOverlongPenaltyFitsIntoTheCompletion() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RptSettings.PAPER.withTruncation(TruncationHandling.softPenalty(8193, 1)))
                .withMessageContaining("8193")
                .withMessageContaining("8192");
    }

    @Test
    void theRandomKeyOfAStepHasItsNumber() {
        RptSettings settings =
                RptSettings.PAPER.withSampling(RptSettings.PAPER.sampling().withKey(11, 99));
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
