package org.rpt4j.samples.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.RewardReason;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.train.GroupMetrics;
import org.rpt4j.core.train.RolloutMetrics;
import org.rpt4j.core.train.StepMetrics;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.UpdateMetrics;

class ListenToProgressTest {

    private final List<String> log = new ArrayList<>();
    private final ListenToProgress listener = new ListenToProgress(log::add);

    @Test
    void aCompletedStepReportsItsResultAndTheRemainingTime() {
        RolloutMetrics rollouts =
                new RolloutMetrics(32, 0, 0.25, 0.25, Map.of(RewardReason.HIT, 8), 1, 40, 0, 1.2, 1280);
        StepMetrics metrics = new StepMetrics(
                4,
                rollouts,
                new GroupMetrics(4, 1, 0, 3, 0, 0.6),
                new UpdateMetrics(0, 0.3, 1e-6, 0, 0, 1, 1280, 1, 2000, Optional.empty()),
                new StepMetrics.PhaseSeconds(1, 0, 1));

        listener.onEvent(new TrainingEvent.StepCompleted(metrics, new Progress(5, 10, Duration.ofSeconds(20))));

        assertThat(log).containsExactly("step 4: mean reward 0.250, 3 of 4 groups have differing rewards, 20 s left");
    }

    @Test
    void aFailureNamesItsStep() {
        listener.onEvent(new TrainingEvent.RunFailed(7, new IllegalStateException("the disk is full")));

        assertThat(log).containsExactly("failed in step 7: the disk is full");
    }
}
